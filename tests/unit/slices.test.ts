import { describe, expect, test } from 'vitest';
import { type CycledLane, cycleOrder, runCycles } from '../../bench/load/slices.ts';

/** Lanes that write down what is done with them; one of them may fail at its nth slice. */
function lanesThatNote(names: readonly string[], fails?: { readonly name: string; readonly at: number }) {
  const notes: string[] = [];
  const lanes = names.map((name): CycledLane => {
    let slices = 0;
    return {
      before: () => void notes.push(`read ${name}`),
      slice: async () => {
        notes.push(`load ${name}`);
        slices += 1;
        if (name === fails?.name && slices === fails.at) throw new Error(`${name}: no answer`);
      },
    };
  });
  return { lanes, notes };
}

describe('runCycles', () => {
  test('every lane has one slice in each cycle, read just before it, and all are read once at the end', async () => {
    const { lanes, notes } = lanesThatNote(['a', 'b', 'c']);
    expect(await runCycles(lanes, 2, cycleOrder(1))).toBe(2);
    const cycles = [notes.slice(0, 6), notes.slice(6, 12)];
    for (const cycle of cycles) {
      expect([...cycle].sort()).toEqual(['load a', 'load b', 'load c', 'read a', 'read b', 'read c']);
      for (let at = 0; at < 6; at += 2) expect(cycle[at]).toBe(cycle[at + 1]?.replace('load', 'read'));
    }
    expect(notes.slice(12)).toEqual(['read a', 'read b', 'read c']);
  });

  test('the order of the lanes is drawn anew for each cycle, the same from the same seed', async () => {
    const orderOf = async (seed: number) => {
      const { lanes, notes } = lanesThatNote(['a', 'b', 'c']);
      await runCycles(lanes, 20, cycleOrder(seed));
      const loads = notes.filter((note) => note.startsWith('load')).map((note) => note.at(-1));
      return Array.from({ length: 20 }, (_, cycle) => loads.slice(cycle * 3, cycle * 3 + 3).join(''));
    };
    expect(new Set(await orderOf(1)).size).toBe(6);
    expect(await orderOf(1)).toEqual(await orderOf(1));
    expect(await orderOf(1)).not.toEqual(await orderOf(2));
  });

  test('once its seconds are over no further cycle begins, but a tenth of them runs', async () => {
    const { lanes } = lanesThatNote(['a']);
    expect(await runCycles(lanes, 30, cycleOrder(1), 0)).toBe(3);
  });

  test('a lane without an answer ends the load at once, by its name', async () => {
    const { lanes, notes } = lanesThatNote(['a', 'b'], { name: 'a', at: 2 });
    await expect(runCycles(lanes, 5, cycleOrder(1))).rejects.toThrow('a: no answer');
    expect(notes.filter((note) => note === 'load a')).toHaveLength(2);
    expect(notes.at(-1)).toBe('load a');
  });
});
