// Single requests whose headers may be of any form, and waiting for what an instance hears of a moment later.
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import type { Case } from './negative-cases/contract.ts';

/** What goes on the wire, and how: GET unless told otherwise. */
export interface Asked extends Pick<Case, 'path' | 'headers'> {
  readonly method?: 'GET' | 'POST';
  readonly body?: object;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Record<string, unknown>;
}

export async function ask(url: string, { path, headers, method = 'GET', body }: Asked): Promise<Answer> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const all = body === undefined ? headers : [...headers, ['content-type', 'application/json']];
  const answer = await request(`${url}${path}`, { method, headers: all.flat(), ...sent });
  return { status: answer.statusCode, body: await answer.body.text(), headers: answer.headers };
}

/** A request with a credential as it is, to be accepted. */
export const itself = ({ header, value }: IssuedCredential, path = '/me') =>
  ({ path, headers: [[header, value]], refusedWith: null }) as const;

export const isRefused = async (url: string, credential: IssuedCredential): Promise<boolean> =>
  (await ask(url, itself(credential))).status === 401;

/** Milliseconds within which an instance has heard of what another one did; how long that really takes, others measure. */
const patience = 2_000;

/** Waits until something is so, but not for long; whether it is. */
export async function soon(isSo: () => Promise<boolean>): Promise<boolean> {
  const until = performance.now() + patience;
  while (!(await isSo())) {
    if (performance.now() > until) return false;
    await sleep(5);
  }
  return true;
}
