// A bounded cache of what is kept of a long text, such as a credential: it answers for that very text and for no other.
import { LRUCache } from 'lru-cache';
import { suffixHash } from './suffix-hash.ts';

/** What is kept, and the whole text that it was kept for. */
interface Kept {
  readonly text: string;
}

/**
 * The one that was not asked for for longest goes first. Of two texts that share a number only the later is kept.
 * @param dropped is told of each entry that goes, for whatever reason.
 */
export class ExactKeyCache<Entry extends Kept> {
  readonly #entries: LRUCache<number, Entry>;

  constructor(most: number, dropped?: (entry: Entry) => void) {
    this.#entries = new LRUCache<number, Entry>({ max: most, ...(dropped ? { dispose: dropped } : {}) });
  }

  get(text: string): Entry | undefined {
    const entry = this.#entries.get(suffixHash(text));
    return entry?.text === text ? entry : undefined;
  }

  set(entry: Entry): void {
    this.#entries.set(suffixHash(entry.text), entry);
  }

  delete(text: string): void {
    if (this.get(text)) this.#entries.delete(suffixHash(text));
  }

  values(): Iterable<Entry> {
    return this.#entries.values();
  }
}
