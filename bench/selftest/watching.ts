// What does watching cost: the same server with every probe of the bench, and with none?
import { findingWith, percentText } from '../analyse/wording.ts';
import type { Experiment } from '../experiments/contract.ts';
import { pairsUnavailable, runPair } from '../trial/paired-trial.ts';
import { type PairsWork, pairsOfServers } from './amounts.ts';

/** A strategy on whose requests all of what is watched happens: Redis commands are counted, too. */
const strategy = 'jwt+redis-blocklist';

export const watching: Experiment<PairsWork> = {
  name: 'cost-of-watching',
  question: 'What does watching cost: a server with every probe on, beside the same server with none?',
  takesTargets: false,
  unavailable: pairsUnavailable,
  cells: () => [{ strategy }],
  amounts: pairsOfServers,
  blocks: ({ pairs }) => pairs,
  run: (_factors, context, { pair }) =>
    runPair(
      {
        strategy,
        algorithm: 'HS256',
        work: pair,
        base: { admin: false },
        // The probes live in the admin routes: CPU, memory, Redis commands.
        head: {},
      },
      context,
    ),
  answer(findings) {
    const cost = findingWith(findings, { strategy })?.measures.costRatio;
    return cost ? [`With every probe on, a request of ${strategy} costs ${percentText(cost)} of server CPU.`] : [];
  },
};
