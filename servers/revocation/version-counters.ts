// Which remembered answers still hold: tokens share a few thousand counters by their ids, and one is counted up when one of its
// tokens is revoked. An answer holds while its counter stands where it stood; the counters fit into the first cache of a core.
import type { TokenId } from './token-ids.ts';

const slots = 4_096;

export interface VersionCounters {
  slotOf(id: TokenId): number;
  versionAt(slot: number): number;
  changed(id: TokenId): void;
}

export function versionCounters(): VersionCounters {
  const counters = new Uint32Array(slots);
  const slotOf = ([first]: TokenId) => first % slots;
  return {
    slotOf,
    versionAt: (slot) => counters[slot] as number,
    changed(id) {
      (counters[slotOf(id)] as number) += 1;
    },
  };
}
