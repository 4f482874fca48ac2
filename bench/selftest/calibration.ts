// From the measured cost of a few numbers of turns to the number that costs a given share. Pure.

/** What so many turns of extra work a request cost, as a share of the request's CPU. */
export interface CostOfTurns {
  readonly turns: number;
  readonly cost: number;
}

/**
 * How many turns cost a share: on the straight lines between the measured points, which begin where no turns cost nothing, and on
 * the last of these lines beyond them.
 * @param measured by ascending turns.
 * @returns null when more turns did not cost more, or there are no points.
 */
export function turnsCosting(share: number, measured: readonly CostOfTurns[]): number | null {
  const points = [{ turns: 0, cost: 0 }, ...measured];
  const rising = points.every(({ cost }, index) => index === 0 || cost > (points[index - 1] as CostOfTurns).cost);
  const above = points.findIndex(({ cost }) => cost >= share);
  const end = above < 0 ? points.length - 1 : Math.max(above, 1);
  const [from, to] = [points[end - 1], points[end]];
  if (!rising || !from || !to) return null;
  return from.turns + ((share - from.cost) / (to.cost - from.cost)) * (to.turns - from.turns);
}
