// What becomes of credentials, stolen and valid, while the way to Redis is cut: revokes meanwhile go to an instance that has it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import { cutOffOf, type Ending, exposureOf, useInterval } from '../analyse/exposure.ts';
import { seededRandom } from '../plan/random.ts';
import { asksAuthorizationServer } from '../plan/strategies.ts';
import type { ExposureFacts } from '../record/exposure.ts';
import type { Rig } from '../rig/rig.ts';
import { beginUsing, endUsing, now, revoke, type Thief } from './thief.ts';

/** Its connections are closed, or nothing comes through and nobody is told. */
export type CutEvent = 'cut off' | 'cut off in silence';

/** Milliseconds that a cut lasts: drawn anew for each, for those who try again do so in a rhythm of their own. */
const lasts = { least: 1_000, most: 2_000 };

/** Milliseconds that they have afterwards to come back. */
const comesBackIn = 1_000;

/** How long an instance is watched for its recovery, in words. */
export const comesBackText = `within ${comesBackIn / 1_000} s`;

/** Few enough uses for many credentials at once. */
const pace = { interval: 20, spread: 0 };

/** The instances that have no way to Redis while the rig's link is cut: all where the authorization server has none. */
export function cutOffIn({ order, instances }: Rig): number[] {
  const all = [...instances.keys()];
  return asksAuthorizationServer(order.strategy) ? all : all.slice(-1);
}

/** Cuts the link so many times, with other stolen credentials each time. */
export async function endInCuts(
  thief: Thief,
  event: CutEvent,
  rounds: readonly (readonly IssuedCredential[])[],
  valid: IssuedCredential,
): Promise<Omit<ExposureFacts, 'type' | 'checkedAtEnd' | 'falseAccepts'>> {
  const random = seededRandom(thief.seed, `${event}, ${thief.rig.order.strategy}`);
  const cuts: Awaited<ReturnType<typeof endInCut>>[] = [];
  for (const stolen of rounds) {
    const duration = lasts.least + random.fraction() * (lasts.most - lasts.least);
    cuts.push(await endInCut(thief, event, stolen, valid, duration));
  }
  const waits = cuts.flatMap(({ longestWait }) => longestWait ?? []);
  const sum = (of: (cut: (typeof cuts)[number]) => number) => cuts.reduce((total, cut) => total + of(cut), 0);
  return {
    thefts: cuts.flatMap(({ thefts }) => thefts),
    useInterval: useInterval(cuts.flatMap(({ uses }) => uses)),
    cut: {
      lasted: cuts.map(({ lasted }) => lasted),
      beyondReturn: cuts.flatMap(({ beyondReturn }) => beyondReturn),
      accepted: sum(({ accepted }) => accepted),
      refused: sum(({ refused }) => refused),
      ...(waits.length > 0 ? { longestWait: Math.max(...waits) } : {}),
      recoveries: cuts.map(({ recovery }) => recovery),
    },
  };
}

/** When something was asked for, and when it was done. */
async function timed(act: () => void | Promise<void>): Promise<Ending> {
  const called = now();
  await act();
  return { called, acknowledged: now() };
}

/** @param duration milliseconds, in which the revokes are spread. */
async function endInCut(
  thief: Thief,
  event: CutEvent,
  stolen: readonly IssuedCredential[],
  valid: IssuedCredential,
  duration: number,
) {
  const { instances, redisLink } = thief.rig;
  if (!redisLink) throw new Error('the rig has no link to cut');
  await beginUsing(thief, [valid, ...stolen], pace);
  const cut = await timed(() => (event === 'cut off' ? redisLink.cut() : redisLink.silence()));
  const endings: Ending[] = [];
  for (const credential of stolen) {
    endings.push(await revoke(thief, credential));
    await sleep(duration / (stolen.length + 1));
  }
  await sleep(Math.max(0, duration - (now() - cut.called) / 1e6));
  const mended = await timed(() => redisLink.mend());
  await sleep(comesBackIn);
  const uses = await endUsing(thief, mended.acknowledged, 1);
  const [ofValid = [], ...ofStolen] = uses;
  return {
    uses,
    thefts: ofStolen.map((own, index) => ({
      ...exposureOf(own, endings[index] as Ending, instances.length),
      // What is refused during the cut is refused for the cut's sake.
      notAcceptedBefore: exposureOf(own, cut, instances.length).notAcceptedBefore,
    })),
    lasted: mended.acknowledged - cut.called,
    beyondReturn: ofStolen.map((own) => exposureOf(own, mended, instances.length).window),
    ...cutOffOf(ofValid, { instances: cutOffIn(thief.rig), cut, mended }),
  };
}
