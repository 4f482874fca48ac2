// Loads that a trial takes in turn, seconds apart: the machine's moods are the same for all of them.
import { objectToAnswers, objectToClosedLoop } from '../analyse/audit.ts';
import type { LoadFacts } from '../load/closed-loop.ts';
import { sumTiers, watchTiers } from '../measure/tiers.ts';
import type { Profile } from '../plan/profile.ts';
import type { Factors, HttpFacts, Row, TierFacts, WarmUp } from '../record/facts.ts';
import type { Rig } from '../rig/rig.ts';
import type { Generator } from './generator.ts';
import { mostRepeats, oneMore } from './outcome.ts';

/** One of the loads. */
export interface Lane {
  readonly rig: Rig;
  readonly generator: Generator;
  /** Those of its row. */
  readonly factors: Factors;
  readonly warmUp: WarmUp;
  /**
   * One turn of it, always the same work.
   * @param turn counts from 0.
   * @param tally under which the generator adds its turns up.
   */
  load(turn: number, tally: string): Promise<LoadFacts>;
}

/**
 * Gives each load so many turns: all of them in this order, then all of them back, and so on, so that a drift of the machine
 * falls on all alike. Those that are no measurement have all their turns again; one that never is comes back as it is.
 * @returns a row of each, in the order given.
 */
export async function takeTurns(
  lanes: readonly Lane[],
  turns: number,
  { measurement }: Pick<Profile, 'measurement'>,
): Promise<HttpRow[]> {
  const rows = await takeAll(lanes, turns, 0);
  for (let attempt = 1; measurement && attempt <= mostRepeats; attempt += 1) {
    const again = [...rows.entries()].flatMap(([index, { facts }]) => {
      const wrong = objectToAnswers([facts], facts.requests);
      const objection = wrong ? null : objectToClosedLoop(facts);
      return objection ? [{ index, voidBefore: oneMore(facts.voidBefore, objection) }] : [];
    });
    const taken = await takeAll(
      again.map(({ index }) => lanes[index] as Lane),
      turns,
      attempt,
    );
    for (const [place, { index, voidBefore }] of again.entries()) {
      const { factors, facts } = taken[place] as HttpRow;
      rows[index] = { factors, facts: { ...facts, voidBefore } };
    }
  }
  return rows;
}

type HttpRow = Row & { facts: HttpFacts };

/** @param attempt counts from 0: each adds up by itself what its loads come to. */
async function takeAll(lanes: readonly Lane[], turns: number, attempt: number): Promise<HttpRow[]> {
  const loads: LoadFacts[] = [];
  const spent = lanes.map((): TierFacts[] => []);
  const order = [...lanes.entries()];
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [index, { rig, generator, load }] of turn % 2 === 0 ? order : order.toReversed()) {
      const { value, tiers } = await watchTiers(rig, generator.pid, () =>
        load(turn, `load ${index}, attempt ${attempt}`),
      );
      loads[index] = value;
      spent[index]?.push(tiers);
    }
  }
  return order.map(([index, { factors, warmUp }]) => ({
    factors,
    facts: { type: 'http', ...(loads[index] as LoadFacts), warmUp, ...sumTiers(spent[index] ?? []) },
  }));
}
