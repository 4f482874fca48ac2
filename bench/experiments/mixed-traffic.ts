// Is every answer right when valid credentials come mixed with all that has to be refused? Every answer is checked; none is timed.

import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import { sessionKey } from '../../servers/store/sessions.ts';
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { generateKey } from '../../servers/tokens/keys.ts';
import { objectToAnswers } from '../analyse/audit.ts';
import { strategyLabel } from '../analyse/wording.ts';
import { thousands } from '../catalogue/format.ts';
import { isRefused, soon } from '../load/asking.ts';
import { mixedCredentials } from '../load/mixed-credentials.ts';
import { carrierOf } from '../load/negative-cases/carrier.ts';
import { sessionIdIn } from '../load/negative-cases/cookie-cases.ts';
import type { ByProfile, UsualStrategies } from '../plan/profiles.ts';
import { isRevocable, isSigned } from '../plan/strategies.ts';
import type { AnswerFacts } from '../record/facts.ts';
import type { Outcome } from '../record/observation.ts';
import { revokeCredentials } from '../rig/admin.ts';
import type { Rig } from '../rig/rig.ts';
import { judged } from '../trial/outcome.ts';
import { loadCredentials, type TestBed, withTestBed } from '../trial/test-bed.ts';
import { alwaysAvailable, type Experiment, strategiesOf, type TrialContext } from './contract.ts';

/** The share of valid credentials; the other kinds have equal parts of the rest. */
type MixedWork = UsualStrategies & { readonly validShare: number; readonly requests: number };

const workloads: ByProfile<MixedWork> = {
  smoke: { strategies: ['session', 'jwt-cached+bloom-blocklist', 'opaque'], validShare: 0.7, requests: 400 },
  quick: { strategies: null, validShare: 0.7, requests: 2_000 },
  full: { strategies: null, validShare: 0.7, requests: 75_000 },
};

export const mixedTraffic: Experiment<MixedWork> = {
  name: 'mixed-traffic',
  question: 'Is every answer right when valid credentials come mixed with expired, forged, revoked and missing ones?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  workloads,
  cells: (choices, { strategies }) =>
    strategiesOf(choices, strategies).map((strategy) => ({
      strategy,
      ...(isSigned(strategy) ? { alg: 'HS256' } : {}),
    })),
  // One long load checks as many answers as several short ones.
  repeatable: false,
  seconds: { smoke: 4, quick: 5, full: 20 },
  isLater: () => true,
  onStandingRig: {
    instances: 1,
    cell: ({ strategy, alg }) => (strategy === 'none' ? null : { strategy: String(strategy), ...(alg ? { alg } : {}) }),
    ask: (bed, context, work) => mixWith(bed, context, work),
  },
  run: ({ strategy, alg = 'HS256' }, context, work) => {
    const { users } = context.profile;
    return withTestBed(
      { strategy: String(strategy), algorithm: alg as Algorithm, instances: 1, users },
      context,
      (bed) => mixWith(bed, context, work),
    );
  },
  answer(findings) {
    const sum = (name: string) => findings.reduce((all, { measures }) => all + (measures[name]?.value ?? 0), 0);
    const wrong = findings.filter(({ measures }) =>
      ['falseAccepts', 'falseRejects', 'errors'].some((name) => measures[name]?.value !== 0),
    );
    const checked = sum('checkedAnswers');
    const valid = Math.round((100 * sum('checkedAnswers.valid')) / checked);
    const strategies = findings.length === 1 ? '1 strategy' : `${findings.length} strategies`;
    return [
      `${thousands(checked)} answers of ${strategies} were checked, ${valid} % of them to valid credentials: ${thousands(sum('falseAccepts'))} accepted in error, ${thousands(sum('falseRejects'))} rejected in error, ${thousands(sum('errors'))} answered with an error or not at all.`,
      ...(wrong.length > 0
        ? [`Not all were right of ${wrong.map(({ factors }) => strategyLabel(factors)).join(', ')}.`]
        : []),
    ];
  },
};

/** Loads a rig with credentials of every kind, and checks each answer. */
async function mixWith(bed: TestBed, context: TrialContext, work: MixedWork): Promise<Outcome> {
  const { rig, generator, pool } = bed;
  const { connections } = context.profile;
  const credentials = await prepare(bed, context);
  await generator.call('usePool', pool, { invalidShare: 1 - work.validShare, credentials });
  const urls = [(rig.instances[0] as { url: string }).url];
  const order = { urls, pool, connections, requests: work.requests, seed: context.seed };
  const { load, kinds } = await generator.call('loadKinds', order);
  const { requests, falseAccepts, falseRejects, errors } = load;
  const facts: AnswerFacts = { type: 'answers', requests, falseAccepts, falseRejects, errors, kinds };
  return judged([{ factors: {}, facts }], [objectToAnswers([facts], work.requests)]);
}

/** One credential in so many is of each kind that is not valid. */
const oneIn = 10;

/** Takes some credentials back, ends some sessions, and makes of the rest what has to be refused. */
async function prepare(bed: TestBed, { scope, profile }: TrialContext) {
  const users = bed.credentials.length;
  const { rig, credentials } = bed;
  const { strategy, algorithm } = rig.order;
  const ofKind = Math.ceil(users / oneIn);
  const valid = [...credentials];
  const revoked = valid.splice(0, isRevocable(strategy) ? ofKind : 0);
  const remembered = valid.some((one) => carrierOf(one).kind === 'session');
  const expired = valid.splice(0, remembered ? ofKind : 0);
  await makeKnown({ ...bed, credentials: [...revoked, ...expired] }, profile.connections);
  await takeBack(rig, revoked);
  await endSessions(rig, expired);
  return mixedCredentials({
    valid,
    revoked,
    expired,
    ofKind,
    algorithm,
    key: await scope.keyOf(algorithm),
    foreignKey: await scope.once(`foreign key ${algorithm}`, () => generateKey(algorithm)),
    sessionSecret: scope.sessionSecret,
  });
}

/** Presents credentials while they are valid: whatever an instance keeps of them must not outlive them. */
async function makeKnown(bed: TestBed, connections: number): Promise<void> {
  const { rig, generator, pool, credentials } = bed;
  if (credentials.length === 0) return;
  await loadCredentials(bed);
  await generator.call('loadEach', { urls: rig.entries[0] as string[], pool, connections });
}

/** Revokes, and waits until the instance has heard of the last: how long it takes is not asked here. */
async function takeBack(rig: Rig, credentials: readonly IssuedCredential[]): Promise<void> {
  const last = credentials.at(-1);
  if (!last) return;
  await revokeCredentials(rig, credentials);
  await soon(() => isRefused((rig.instances[0] as { url: string }).url, last));
}

/** Sets the end of sessions to a second ago, as if their time had passed. */
async function endSessions({ redis, instances }: Rig, credentials: readonly IssuedCredential[]): Promise<void> {
  const last = credentials.at(-1);
  if (!redis || !last) return;
  const keys = credentials.map((one) => sessionKey(redis.prefix, sessionIdIn(carrierOf(one).proof)));
  const endsAt = Math.floor(Date.now() / 1000) - 1;
  const records = await redis.client.mget(keys);
  const batch = redis.client.pipeline();
  for (const [index, record] of records.entries()) {
    batch.set(keys[index] as string, JSON.stringify({ ...JSON.parse(record as string), endsAt }), 'KEEPTTL');
  }
  for (const [error] of (await batch.exec()) ?? []) if (error) throw error;
  await soon(() => isRefused((instances[0] as { url: string }).url, last));
}
