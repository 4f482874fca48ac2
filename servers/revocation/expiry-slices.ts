// What is known of revoked tokens, kept by when they expire: a token says itself in which slice of time to look, and what has
// expired is dropped by the slice, without being searched for.

/** Slices in the life of a token: what has expired stays for at most an eighth of a life more. */
const slicesOfLife = 8;

export class ExpirySlices<T> {
  readonly #slices = new Map<number, T>();
  readonly #seconds: number;

  /** @param lifeSeconds how long a token lives at most. */
  constructor(lifeSeconds: number) {
    this.#seconds = Math.max(1, Math.ceil(lifeSeconds / slicesOfLife));
  }

  /** What the slice holds in which a token expires at `exp`, seconds since the epoch. */
  get(exp: number): T | undefined {
    return this.#slices.get(Math.floor(exp / this.#seconds));
  }

  set(exp: number, value: T): void {
    this.#slices.set(Math.floor(exp / this.#seconds), value);
  }

  /** The first and last second of the slice of `exp`. */
  boundsOf(exp: number): readonly [first: number, last: number] {
    const first = Math.floor(exp / this.#seconds) * this.#seconds;
    return [first, first + this.#seconds - 1];
  }

  /** The beginnings of all slices in which a token that lives now, or is issued now, can expire. */
  living(now: number): number[] {
    const first = Math.floor(now / this.#seconds);
    return Array.from({ length: slicesOfLife + 2 }, (_, slice) => (first + slice) * this.#seconds);
  }

  /** Drops every slice whose tokens have all expired. */
  drop(now: number): void {
    const living = Math.floor(now / this.#seconds);
    for (const slice of this.#slices.keys()) if (slice < living) this.#slices.delete(slice);
  }

  values(): Iterable<T> {
    return this.#slices.values();
  }
}
