// Tries to get in: presents every negative case to a server that has just accepted the valid credential, so that whatever it
// remembers is warm, and then takes credentials back while they are in use.
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import { generateKey } from '../../servers/tokens/keys.ts';
import { isRevocable } from '../plan/strategies.ts';
import type { CaseFacts } from '../record/facts.ts';
import { issueCredentials, revokeCredentials } from '../rig/admin.ts';
import type { Rig } from '../rig/rig.ts';
import type { RunScope } from '../rig/run-scope.ts';
import { answerCounts, type Judged, judge, newVerdicts } from './answers.ts';
import { ask, isRefused, itself, soon } from './asking.ts';
import type { Case } from './negative-cases/contract.ts';
import { casesFor } from './negative-cases/index.ts';
import { racesFor } from './races.ts';

/** How often each case is presented: what was refused once may have been remembered. */
const times = 2;

/** Of the rigs for it: an answer that may be remembered by its setting is so for as short as can be. */
export const shortMemory = { INTROSPECTION_CACHE_SECONDS: '1' } as const;

/** @param rig of two instances or more. Asked themselves, for a balancer would refuse some cases in their place. */
export async function tryToGetIn(rig: Rig, scope: RunScope): Promise<CaseFacts> {
  const { strategy, algorithm } = rig.order;
  const [credential, other, third] = (await issueCredentials(rig, ['ada', 'grace', 'eve'])) as [
    IssuedCredential,
    IssuedCredential,
    IssuedCredential,
  ];
  const revoked = isRevocable(strategy) ? third : null;
  const tally = newTally();
  const [{ url }] = rig.instances as [Rig['instances'][number]];
  if (revoked) {
    tally.add('the credential to be revoked', await judged(url, itself(revoked), revoked.user));
    await revokeCredentials(rig, [revoked]);
    await soon(() => isRefused(url, revoked));
  }
  const cases = await casesFor({
    credential,
    other,
    revoked,
    algorithm,
    key: await scope.keyOf(algorithm),
    foreignKey: await scope.once(`foreign key ${algorithm}`, () => generateKey(algorithm)),
    sessionSecret: scope.sessionSecret,
  });
  await presentCases(url, credential, cases, tally);
  const races = Object.entries(racesFor(credential, rig));
  for (const [name, race] of races) for (const verdict of await race({ rig, scope })) tally.add(name, verdict);
  return { type: 'cases', cases: cases.length + races.length, ...tally.facts() };
}

/** Presents each case, and after it the valid credential, which has to be accepted still. */
async function presentCases(url: string, valid: IssuedCredential, cases: readonly Case[], tally: Tally): Promise<void> {
  tally.add('the valid credential', await judged(url, itself(valid), valid.user));
  for (const one of cases) {
    for (let time = 0; time < times; time += 1) tally.add(one.name, await judged(url, one, valid.user));
    tally.add(`the valid credential, after: ${one.name}`, await judged(url, itself(valid), valid.user));
  }
}

async function judged(url: string, { refusedWith, ...presented }: Omit<Case, 'name'>, user: string): Promise<Judged> {
  const { status, body } = await ask(url, presented);
  const verdict = judge({ user, valid: refusedWith === null }, status, body);
  return { status, verdict: verdict === 'error' && refusedWith?.includes(status) ? 'right' : verdict };
}

type Tally = ReturnType<typeof newTally>;

/** Adds up what answers were worth, and keeps the names of those that were wrong. */
function newTally() {
  const verdicts = newVerdicts();
  const wrong = new Set<string>();
  return {
    add(name: string, { verdict, status }: Judged) {
      verdicts[verdict] += 1;
      if (verdict !== 'right') wrong.add(`${name} (status ${status})`);
    },
    facts: () => ({ ...answerCounts(verdicts), wrong: [...wrong] }),
  };
}
