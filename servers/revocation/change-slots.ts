// Which remembered answers still hold: tokens share a few thousand counters by their ids, and one is counted up when one of its
// tokens is revoked. An answer holds while its counter stands where it stood; the counters fit into the first cache of a core.
import type { TokenId } from './token-ids.ts';

const slots = 4_096;

export interface ChangeSlots {
  slotOf(id: TokenId): number;
  inSlot(slot: number): number;
  changed(id: TokenId): void;
}

export function changeSlots(): ChangeSlots {
  const counters = new Uint32Array(slots);
  const slotOf = ([first]: TokenId) => first % slots;
  return {
    slotOf,
    inSlot: (slot) => counters[slot] as number,
    changed(id) {
      (counters[slotOf(id)] as number) += 1;
    },
  };
}
