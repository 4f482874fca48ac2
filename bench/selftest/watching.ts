// What does watching cost: the same server with every probe of the bench, and with none?
import { blocksIn } from '../analyse/comparison.ts';
import { ratioMeasure } from '../analyse/ratio.ts';
import { findingWith } from '../analyse/wording.ts';
import { percentText } from '../catalogue/format.ts';
import { alwaysAvailable, type Experiment } from '../experiments/contract.ts';
import { runSides } from '../trial/sides.ts';
import { type ComparedWork, comparedServers } from './workloads.ts';

/** A strategy on whose requests all of what is watched happens: Redis commands are counted, too. */
const strategy = 'jwt+redis-blocklist';

const name = 'cost-of-watching';

export const watching: Experiment<ComparedWork> = {
  name,
  question: 'What does watching cost: a server with every probe on, beside the same server with none?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  cells: () => [{ strategy }],
  workloads: comparedServers,
  blocks: ({ blocks }) => blocks,
  run: (_factors, context, { sides }) =>
    // The probes live in the admin routes: CPU, memory, Redis commands.
    runSides({ strategies: [strategy], work: sides, base: { admin: false }, head: {} }, context),
  derive(trials) {
    const logRatios = blocksIn(trials, strategy).map(({ logRatio }) => logRatio);
    if (logRatios.length === 0) return [];
    const trialCounts = { completed: logRatios.length, void: 0, failed: 0 };
    return [
      {
        experiment: name,
        factors: { strategy },
        measures: { costRatio: ratioMeasure('costRatio', logRatios) },
        trials: trialCounts,
      },
    ];
  },
  answer(findings) {
    const cost = findingWith(findings, { strategy })?.measures.costRatio;
    return cost ? [`With every probe on, a request of ${strategy} costs ${percentText(cost)} of CPU.`] : [];
  },
};
