// Stolen credentials, used at every instance until they have ended: by a revoke, by one during a cut, or by their own `exp`.
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import type { Objection } from '../analyse/audit.ts';
import { type Ending, expiryAt } from '../analyse/exposure.ts';
import { median } from '../analyse/median.ts';
import { userNames } from '../plan/users.ts';
import type { ExposureFacts } from '../record/exposure.ts';
import type { Row } from '../record/facts.ts';
import type { Outcome } from '../record/observation.ts';
import { issueCredentials } from '../rig/admin.ts';
import type { TrialContext } from './context.ts';
import { type CutEvent, cutOffIn, endInCuts } from './cut-off.ts';
import { judged } from './outcome.ts';
import { loadCredentials, type TestBed } from './test-bed.ts';
import { now, type Pace, revoke, stealAndEnd, type Thefts, type Thief, withThief } from './thief.ts';

/** A credential that ends at once is used by itself; those that take longer than so many milliseconds, so many at a time. */
const fine: Pace = { interval: 2, spread: 0 };
const slow = { after: 1_000, atOnce: 20, interval: 40 };

/** Tokens that expire do so together. */
const expiring = { atOnce: 10, pace: { interval: 10, spread: 0 } };

/** The life of a token that only expires, in seconds: scaled down, for what counts is when it ends beside its `exp`. */
export const scaledLife = 4;

/** Connections of the load beside the thefts: enough to keep the instances busy. */
const connections = 8;

/** Stolen credentials in a trial: revoked one by one, and while an instance is cut off; requests for each instance before that. */
export interface TheftWork {
  readonly credentials: number;
  /** How the way to Redis is cut, how often each, and how many credentials are revoked meanwhile each time. */
  readonly cuts: readonly CutEvent[];
  readonly cutsEach: number;
  readonly credentialsInCut: number;
  readonly warmUpRequests: number;
}

/** Has stolen credentials revoked one by one, then some while the way to Redis is cut. */
export function revokedAndCut(bed: TestBed, loaded: boolean, context: TrialContext, work: TheftWork): Promise<Outcome> {
  const { rig, generator, credentials, pool } = bed;
  const left = [...credentials];
  const [valid, probe] = left.splice(0, 2) as [IssuedCredential, IssuedCredential];
  const stolen = left.splice(0, work.credentials);
  // Where nobody has Redis, nothing can be revoked.
  const inCut = cutOffIn(rig).length < rig.instances.length ? work.credentialsInCut : 0;
  const cuts = work.cuts.map((event) => ({
    event,
    rounds: Array.from({ length: work.cutsEach }, () => left.splice(0, inCut)),
  }));
  return withThief(rig, context, async (thief) => {
    await loadCredentials({ ...bed, credentials: left });
    const order = { pool, connections, seed: context.seed };
    const requests = work.warmUpRequests * rig.instances.length;
    await generator.call('loadMe', { ...order, urls: rig.entries[0] as string[], requests });

    const load = (urls: readonly string[], thefts: () => Promise<Row>) =>
      loaded && urls.length > 0
        ? beside(() => generator.call('loadMe', { ...order, urls, requests: 2_000 }), thefts)
        : thefts();
    const rows = [
      await load(rig.entries[0] as string[], async () => {
        const thefts = await endOneByOne(thief, probe, stolen);
        return rowOf('revoked', { ...thefts, ...(await presentAgain(bed, stolen)) });
      }),
    ];
    const away = cutOffIn(rig);
    const others = rig.instances.filter((_, instance) => !away.includes(instance)).map(({ url }) => url);
    for (const { event, rounds } of cuts) {
      const result = load(others, async () => {
        const facts = await endInCuts(thief, event, rounds, valid);
        return rowOf(event, { ...facts, ...(await presentAgain(bed, rounds.flat())) });
      });
      rows.push(await result);
    }
    return judged(rows, rows.map(objectToThefts));
  });
}

/** Has stolen credentials revoked one by one at a rig that stands idle. */
export function revokedOnIdle(bed: TestBed, context: TrialContext, stolenCredentials: number): Promise<Outcome> {
  const [probe, ...left] = bed.credentials as [IssuedCredential, ...IssuedCredential[]];
  const stolen = left.slice(0, stolenCredentials);
  return withThief(bed.rig, context, async (thief) => {
    const thefts = await endOneByOne(thief, probe, stolen);
    const row = rowOf('revoked', { ...thefts, ...(await presentAgain(bed, stolen)) });
    return judged([row], [objectToThefts(row)]);
  });
}

const rowOf = (event: string, facts: Omit<ExposureFacts, 'type'>): Row => ({
  factors: { event },
  facts: { type: 'exposure', ...facts },
});

/** Does some work while a load is repeated beside it. */
async function beside(load: () => Promise<unknown>, work: () => Promise<Row>): Promise<Row> {
  let over = false;
  const busy = (async () => {
    while (!over) await load();
  })();
  busy.catch(() => {});
  try {
    return await work();
  } finally {
    over = true;
    await busy;
  }
}

/** Steals credentials one after the other, or, where the first takes long to end, many at a time; that one is not counted. */
async function endOneByOne(
  thief: Thief,
  probe: IssuedCredential,
  credentials: readonly IssuedCredential[],
): Promise<Thefts> {
  const end = (credential: IssuedCredential) => revoke(thief, credential);
  const [first] = (await stealAndEnd(thief, [probe], fine, end)).thefts;
  const lasted = (first?.window ?? 0) / 1e6;
  const isSlow = lasted > slow.after;
  // Spread over what the first one took, so that whatever instances keep of them is of any age when they are revoked.
  const pace = isSlow ? { interval: slow.interval, spread: lasted } : fine;
  const groups: Thefts[] = [];
  for (const group of inGroups(credentials, isSlow ? slow.atOnce : 1)) {
    groups.push(await stealAndEnd(thief, group, pace, end));
  }
  return together(groups);
}

function together(groups: readonly Thefts[]): Thefts {
  const intervals = groups.flatMap(({ useInterval }) => useInterval ?? []);
  return {
    thefts: groups.flatMap(({ thefts }) => thefts),
    useInterval: intervals.length > 0 ? median(intervals) : null,
  };
}

/** Uses tokens that nothing revokes until they have expired, and shows how a valid one fares while the way to Redis is cut. */
export function expired({ rig }: TestBed, context: TrialContext, work: TheftWork): Promise<Outcome> {
  return withThief(rig, context, async (thief) => {
    const groups: Thefts[] = [];
    for (const users of inGroups(userNames(work.credentials), expiring.atOnce)) {
      const credentials = await issueCredentials(rig, users);
      groups.push(await stealAndEnd(thief, credentials, expiring.pace, endOfLife));
    }
    const { thefts, useInterval } = together(groups);
    // Between the earliest and the latest moment of an `exp` nothing took any time.
    const unrevoked = thefts.map((theft) => ({ ...theft, revokeTook: null }));
    const rows = [rowOf('expired', { thefts: unrevoked, useInterval, ...nothingAtEnd })];
    for (const event of work.cuts) {
      const [valid] = (await issueCredentials(rig, userNames(1))) as [IssuedCredential];
      rows.push(rowOf(event, { ...(await endInCuts(thief, event, [[]], valid)), ...nothingAtEnd }));
    }
    return judged(rows, rows.map(objectToThefts));
  });
}

const nothingAtEnd = { checkedAtEnd: 0, falseAccepts: 0 };

/** The moment of a token's `exp`, once it has come. */
async function endOfLife({ value }: IssuedCredential): Promise<Ending> {
  const { exp } = JSON.parse(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
  // In this order: whatever comes between two readings makes the end less certain, never wrong.
  const reading = { before: now(), wall: Date.now(), after: now() };
  await sleep(Math.max(0, exp * 1_000 - reading.wall));
  return expiryAt(exp * 1_000, reading);
}

/** Presents credentials once more at every instance, when all is over: one that is accepted now was never taken back there. */
async function presentAgain({ rig }: TestBed, credentials: readonly IssuedCredential[]) {
  let [checkedAtEnd, falseAccepts] = [0, 0];
  for (const { url } of rig.instances) {
    for (const { header, value } of credentials) {
      const { statusCode, body } = await request(`${url}/me`, { headers: { [header]: value } });
      await body.dump();
      checkedAtEnd += 1;
      if (statusCode === 200) falseAccepts += 1;
    }
  }
  return { checkedAtEnd, falseAccepts };
}

/** A window says nothing of a credential that did not work before, or that not every instance was asked for afterwards. */
export function objectToThefts({ facts }: Row): Objection | null {
  if (facts.type !== 'exposure') return null;
  const before = facts.thefts.reduce((sum, theft) => sum + theft.notAcceptedBefore, 0);
  const unknown = facts.thefts.filter(({ within }) => within === null).length;
  const stolen = facts.thefts.length;
  const wrong = [
    unknown > 0 ? `${unknown} of ${stolen} were never refused by every instance, up to a minute after it` : '',
    facts.falseAccepts > 0 ? `${facts.falseAccepts} uses were accepted when all was over` : '',
  ].filter(Boolean);
  if (wrong.length > 0) return { cause: 'wrong answer', reason: `of stolen credentials ${wrong.join(', ')}` };
  // A server that cannot tell rejects everybody: right of it, but the window says nothing then.
  return before > 0
    ? {
        cause: 'not accepted before',
        reason: `some stolen credentials were not accepted everywhere before the revoke (${before} times)`,
      }
    : null;
}

const inGroups = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, group) => items.slice(group * size, (group + 1) * size));
