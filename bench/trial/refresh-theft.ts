// Stolen refresh tokens, used at the authorization server from the moment that a log-out is acknowledged until one is rejected.
import { request } from 'undici';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import { exposureOf, useInterval } from '../analyse/exposure.ts';
import { refreshForm } from '../load/refresh-families.ts';
import { userNames } from '../plan/users.ts';
import type { StolenUse } from '../record/exposure.ts';
import type { Outcome } from '../record/observation.ts';
import { issueCredentials } from '../rig/admin.ts';
import type { Rig } from '../rig/rig.ts';
import { judged } from './outcome.ts';
import type { TestBed } from './test-bed.ts';
import { objectToThefts } from './theft-trial.ts';
import { now } from './thief.ts';

/** What a refresh gives: the next tokens of its grant. */
interface Tokens {
  readonly access_token?: string;
  readonly refresh_token?: string;
}

/** Uses after a log-out that were accepted, at most: a grant that outlives so many has not ended. */
const mostUses = 1_000;

/**
 * Begins grants, and for each logs out at the resource server with its access token while its refresh token is in a thief's hands.
 * @param bed of one instance and one authorization server.
 */
export async function refreshedAfterLogOut({ rig }: TestBed, grants: number): Promise<Outcome> {
  const issued = await issueCredentials({ ...rig, instances: rig.authorizationServers }, userNames(grants));
  const stolen: { uses: StolenUse[]; ending: { called: number; acknowledged: number } }[] = [];
  for (const grant of issued) stolen.push(await logOutAndRefresh(rig, grant));
  const thefts = stolen.map(({ uses, ending }) => exposureOf(uses, ending, 1));
  const after = stolen.map(({ uses, ending }) => uses.filter(({ sentAt }) => sentAt >= ending.acknowledged));
  const facts = {
    type: 'exposure' as const,
    thefts,
    useInterval: useInterval(after),
    checkedAtEnd: grants,
    falseAccepts: after.filter((uses) => uses.at(-1)?.status === 200).length,
  };
  const row = { factors: { event: 'refreshed' }, facts };
  return judged([row], [objectToThefts(row)]);
}

async function logOutAndRefresh(rig: Rig, { header, value, user, refreshToken = '' }: IssuedCredential) {
  const [{ url: instance }] = rig.instances as [Rig['instances'][number]];
  const [{ url: server }] = rig.authorizationServers as [Rig['instances'][number]];
  const uses: StolenUse[] = [];
  const refresh = async (token: string): Promise<Tokens> => {
    const sentAt = now();
    const { statusCode: status, body } = await request(`${server}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: refreshForm({ user, refreshToken: token }),
    });
    const tokens = (await body.json()) as Tokens;
    uses.push({ instance: 0, sentAt, answeredAt: now(), status });
    return tokens;
  };
  let { access_token: access, refresh_token: next } = await refresh(refreshToken);
  const called = now();
  const loggedOut = await request(`${instance}/logout`, {
    method: 'POST',
    headers: { [header]: access ? value.replace(/\S+$/, access) : value },
  });
  await loggedOut.body.dump();
  const acknowledged = now();
  if (loggedOut.statusCode !== 200) throw new Error(`a log-out was answered ${loggedOut.statusCode}`);
  do ({ refresh_token: next } = await refresh(next ?? ''));
  while (next && uses.length < mostUses);
  return { uses, ending: { called, acknowledged } };
}
