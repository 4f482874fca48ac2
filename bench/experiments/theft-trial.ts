// Stolen credentials, used at every instance until they have ended: by a revoke, by one during a cut, or by their own `exp`.
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { IssuedCredential } from '../../servers/admin.ts';
import { type Objection, objectToAnswers } from '../analyse/audit.ts';
import { type Cut, cutOffOf, type Ending, exposureOf, type StolenUse, useInterval } from '../analyse/exposure.ts';
import type * as theftModule from '../load/theft.ts';
import type { CutEvent } from '../plan/profile.ts';
import { userNames } from '../plan/users.ts';
import type { ExposureFacts, Outcome, Row, TheftFacts } from '../record/observation.ts';
import { issueCredentials, revokeCredentials } from '../rig/admin.ts';
import { startWorker, type Worker } from '../rig/worker.ts';
import type { TrialContext } from './contract.ts';
import { judged } from './outcome.ts';
import { type TestBed, useAll } from './test-bed.ts';

/** Milliseconds between two uses of a credential at one instance: of one alone, and of many at once. */
const intervals = { fine: 2, coarse: 40 };

/** Milliseconds of use before a revoke, without an accepted use after which it is over, and at most. */
const phases = { before: 40, quiet: 100, most: 60_000 };

/** Where the first credential takes longer than so many milliseconds to end, the others are used so many at a time. */
const slow = { after: 1_000, atOnce: 10 };

/** The life of a token that only expires, in seconds: scaled down, for what counts is when it ends beside its `exp`. */
export const scaledLife = 4;

/** Milliseconds that an instance is cut off from Redis, and that it has afterwards to come back. */
export const cutLasts = 1_500;
const comesBackIn = 1_500;

/** Connections of the load beside the thefts: enough to keep the instances busy. */
const connections = 8;

type Thief = Worker<typeof theftModule>;

/** Nanoseconds on the clock that all processes of a machine share (CLOCK_MONOTONIC). */
const now = () => Number(process.hrtime.bigint());

async function withThief(scope: TrialContext['scope'], use: (thief: Thief) => Promise<Outcome>): Promise<Outcome> {
  const module = new URL('../load/theft.ts', import.meta.url);
  const thief = await startWorker<typeof theftModule>(module, scope.machine.placement.generator, scope);
  try {
    return await use(thief);
  } finally {
    await thief.stop();
  }
}

/** Has stolen credentials revoked one by one, then some while an instance is cut off from Redis. */
export function revokedAndCut(bed: TestBed, loaded: boolean, { scope, profile, seed }: TrialContext): Promise<Outcome> {
  const { rig, generator, credentials, pool } = bed;
  const { exposure } = profile;
  const stolen = credentials.slice(0, exposure.credentials);
  const stolenInCut = credentials.slice(
    stolen.length,
    stolen.length + exposure.cuts.length * exposure.credentialsInCut,
  );
  const [valid, ...others] = credentials.slice(stolen.length + stolenInCut.length);
  return withThief(scope, async (thief) => {
    await useAll({ ...bed, credentials: others });
    const load = { urls: rig.entries[0] as string[], pool, connections, seed };
    await generator.call('loadMe', { ...load, requests: exposure.warmUpRequests * rig.instances.length });

    const background: Answers[] = [];
    let over = false;
    const keepBusy = async () => {
      while (loaded && !over) background.push(await generator.call('loadMe', { ...load, requests: 2_000 }));
    };
    const busy = keepBusy();
    const thefts = await endOneByOne(bed, thief, stolen, (credential) => revoke(bed, credential));
    over = true;
    await busy;
    const atEnd = await presentAgain(bed, stolen);
    const rows: Row[] = [
      { factors: { event: 'revoked' }, facts: { type: 'exposure', ...thefts, ...atEnd } satisfies ExposureFacts },
    ];
    for (const [turn, event] of exposure.cuts.entries()) {
      const own = stolenInCut.slice(turn * exposure.credentialsInCut, (turn + 1) * exposure.credentialsInCut);
      const facts = await endWhileCutOff(bed, thief, event, own, valid as IssuedCredential);
      rows.push({ factors: { event }, facts: { type: 'exposure', ...facts } satisfies ExposureFacts });
    }
    const asked = background.reduce((sum, { requests }) => sum + requests, 0);
    return judged(rows, [objectToAnswers(background, asked), ...rows.map(objectToThefts)]);
  });
}

type Answers = Parameters<typeof objectToAnswers>[0][number];

/** Uses tokens that nothing revokes until they have expired, and shows how a valid one fares while an instance is cut off. */
export function expired(bed: TestBed, { scope, profile }: TrialContext): Promise<Outcome> {
  return withThief(scope, async (thief) => {
    const all: Thefts[] = [];
    for (const users of inGroups(userNames(profile.exposure.credentials), slow.atOnce)) {
      const credentials = await issueCredentials(bed.rig, users);
      all.push(await stealAndEnd(bed, thief, credentials, intervals.coarse, endOfLife));
    }
    const thefts = all.flatMap((group) => group.thefts);
    const facts = { type: 'exposure' as const, thefts, useInterval: all[0]?.useInterval ?? null, ...nothingAtEnd };
    const rows: Row[] = [{ factors: { event: 'expired' }, facts }];
    for (const event of profile.exposure.cuts) {
      const [valid] = (await issueCredentials(bed.rig, userNames(1))) as [IssuedCredential];
      const cut = await endWhileCutOff(bed, thief, event, [], valid);
      rows.push({ factors: { event }, facts: { type: 'exposure', ...cut } });
    }
    return judged(rows, rows.map(objectToThefts));
  });
}

const nothingAtEnd = { checkedAtEnd: 0, falseAccepts: 0 };

interface Thefts {
  readonly thefts: TheftFacts[];
  readonly useInterval: number | null;
}

/** Steals credentials one after the other, or, where one takes long to end, many at a time. */
async function endOneByOne(
  bed: TestBed,
  thief: Thief,
  credentials: readonly IssuedCredential[],
  end: (credential: IssuedCredential) => Promise<Ending>,
): Promise<Thefts> {
  const began = performance.now();
  const first = await stealAndEnd(bed, thief, credentials.slice(0, 1), intervals.fine, end);
  const isSlow = performance.now() - began > slow.after;
  const thefts = [...first.thefts];
  for (const group of inGroups(credentials.slice(1), isSlow ? slow.atOnce : 1)) {
    const interval = isSlow ? intervals.coarse : intervals.fine;
    thefts.push(...(await stealAndEnd(bed, thief, group, interval, end)).thefts);
  }
  return { thefts, useInterval: first.useInterval };
}

/** Uses credentials at every instance, has each ended, and goes on until none has been accepted for a while. */
async function stealAndEnd(
  { rig }: TestBed,
  thief: Thief,
  credentials: readonly IssuedCredential[],
  interval: number,
  end: (credential: IssuedCredential) => Promise<Ending>,
): Promise<Thefts> {
  const urls = rig.instances.map(({ url }) => url);
  await thief.call('beginUsing', { urls, credentials, interval });
  await sleep(phases.before);
  const endings: Ending[] = [];
  for (const credential of credentials) endings.push(await end(credential));
  await untilQuiet(thief, Math.max(...endings.map(({ acknowledged }) => acknowledged)));
  const uses = await thief.call('endUsing');
  const thefts = uses.map((own, index) => exposureOf(own, endings[index] as Ending));
  return { thefts, useInterval: useInterval(uses[0] as StolenUse[], endings[0]?.acknowledged ?? 0) };
}

/** @param valid how many credentials, the first ones in use, are not to end. */
async function untilQuiet(thief: Thief, ended: number, valid = 0): Promise<void> {
  const isOver = async () => {
    const last = Math.max(ended, ...(await thief.call('lastAccepted')).slice(valid));
    return now() - last > phases.quiet * 1e6 || now() - ended > phases.most * 1e6;
  };
  while (!(await isOver())) await sleep(phases.quiet / 10);
}

async function revoke({ rig }: TestBed, credential: IssuedCredential): Promise<Ending> {
  const called = now();
  await revokeCredentials(rig, [credential]);
  return { called, acknowledged: now() };
}

/** The moment of a token's `exp`, once it has come. */
async function endOfLife({ value }: IssuedCredential): Promise<Ending> {
  const { exp } = JSON.parse(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
  const left = exp * 1_000 - (performance.timeOrigin + performance.now());
  const moment = now() + left * 1e6;
  await sleep(Math.max(0, left));
  return { called: moment, acknowledged: moment };
}

/** Has credentials revoked at the first instance while the last is cut off from Redis; a valid one shows how it fares. */
async function endWhileCutOff(
  bed: TestBed,
  thief: Thief,
  event: CutEvent,
  stolen: readonly IssuedCredential[],
  valid: IssuedCredential,
): Promise<Omit<ExposureFacts, 'type'>> {
  const { instances: all, redisLink } = bed.rig;
  if (!redisLink) throw new Error('the rig has no link to cut');
  const urls = all.map(({ url }) => url);
  await thief.call('beginUsing', { urls, credentials: [valid, ...stolen], interval: intervals.coarse });
  await sleep(phases.before);
  const cutAt = now();
  if (event === 'cut off') await redisLink.cut();
  else redisLink.silence();
  const endings: Ending[] = [];
  for (const credential of stolen) {
    endings.push(await revoke(bed, credential));
    await sleep(cutLasts / stolen.length);
  }
  if (stolen.length === 0) await sleep(cutLasts);
  await redisLink.mend();
  const mendedAt = now();
  await sleep(comesBackIn);
  await untilQuiet(thief, mendedAt, 1);
  const [ofValid = [], ...ofStolen] = await thief.call('endUsing');
  const cut: Cut = { instance: all.length - 1, cutAt, mendedAt };
  const { accepted, refused, recovery } = cutOffOf(ofValid, cut);
  const back: Ending = { called: mendedAt, acknowledged: mendedAt };
  return {
    thefts: ofStolen.map((uses, index) => {
      const { notAcceptedBefore } = exposureOf(uses, { called: cutAt, acknowledged: cutAt });
      return { ...exposureOf(uses, endings[index] as Ending), notAcceptedBefore };
    }),
    useInterval: useInterval(ofValid, cutAt),
    cut: {
      beyondReturn: ofStolen.map((uses) => exposureOf(uses, back).window),
      accepted,
      refused,
      recoveries: [recovery],
    },
    ...(await presentAgain(bed, stolen)),
  };
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

/** A window says nothing of a credential that did not work before, or that nobody used afterwards. */
function objectToThefts({ facts }: Row): Objection | null {
  if (facts.type !== 'exposure') return null;
  const before = facts.thefts.reduce((sum, theft) => sum + theft.notAcceptedBefore, 0);
  const unused = facts.thefts.filter(({ usesAfter }) => usesAfter === 0).length;
  const wrong = [
    before > 0 ? `${before} uses refused before the revoke` : '',
    unused > 0 ? `${unused} credentials not used after it` : '',
    facts.falseAccepts > 0 ? `${facts.falseAccepts} accepted when all was over` : '',
  ].filter(Boolean);
  return wrong.length > 0 ? { cause: 'wrong answer', reason: `stolen credentials: ${wrong.join(', ')}` } : null;
}

const inGroups = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, group) => items.slice(group * size, (group + 1) * size));
