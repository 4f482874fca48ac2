// How much more of one thing there is for each more of another. Pure.
import { meanOf } from './intervals.ts';

/** The slope of the line with the least squares through points (Legendre, 1805); NaN where all have the same x. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const [x, y] = [meanOf(points.map(([x]) => x)), meanOf(points.map(([, y]) => y))];
  const [together, alone] = points.reduce(
    ([products, squares], point) => [products + (point[0] - x) * (point[1] - y), squares + (point[0] - x) ** 2],
    [0, 0],
  );
  return together / alone;
}
