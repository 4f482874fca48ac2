// Where labels go so that none covers another or a point. Pure.

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A point to be labelled, and the size of its label, in pixels. */
export interface Labelled {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Place {
  /** Where the text begins, and the middle of its height. */
  readonly x: number;
  readonly y: number;
  /** Whether it lies so far off that a line has to lead to it. */
  readonly isApart: boolean;
}

const gap = 8;
const radius = 6;

const overlap = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const around = ({ x, y }: Labelled, by: number): Box => ({ left: x - by, right: x + by, top: y - by, bottom: y + by });

/**
 * A place for each label: beside its point, or as little above or below as keeps it off the others.
 * @param bounds within which labels have to stay.
 * @param taken where something else stands.
 */
export function placeLabels(points: readonly Labelled[], bounds: Box, taken: readonly Box[] = []): Place[] {
  const filled: Box[] = [...taken, ...points.map((point) => around(point, radius))];
  return points.map((point) => {
    const { width, height } = point;
    const steps = Array.from({ length: 40 }, (_, index) => Math.ceil(index / 2) * (index % 2 === 0 ? 1 : -1));
    for (const step of steps) {
      for (const x of [point.x + gap, point.x - gap - width]) {
        const y = point.y + (step * height) / 2;
        const box = { left: x, right: x + width, top: y - height / 2, bottom: y + height / 2 };
        const isInside =
          box.left >= bounds.left && box.right <= bounds.right && box.top >= bounds.top && box.bottom <= bounds.bottom;
        if (!isInside || filled.some((other) => overlap(box, other))) continue;
        filled.push(box);
        return { x, y, isApart: Math.abs(step) > 1 };
      }
    }
    return { x: point.x + gap, y: point.y, isApart: false };
  });
}
