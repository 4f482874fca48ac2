// The process that makes the load, on a core of its own.
import type * as generatorModule from '../measure/generator.ts';
import type { RunScope } from '../rig/run-scope.ts';
import { punctual, startWorker, type Worker } from '../rig/worker.ts';

export type Generator = Worker<typeof generatorModule>;

/** Starts one; it is stopped by whoever asked for it. */
export const startGenerator = (scope: RunScope): Promise<Generator> =>
  startWorker<typeof generatorModule>(
    new URL('../measure/generator.ts', import.meta.url),
    scope.machine.placement.generator,
    scope,
    punctual,
  );
