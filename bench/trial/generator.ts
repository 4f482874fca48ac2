// The process that makes the load, on a core of its own.
import type * as generatorModule from '../measure/generator.ts';
import type { RunScope } from '../rig/run-scope.ts';
import { punctual, roomy, startWorker, type Worker } from '../rig/worker.ts';

export type Generator = Worker<typeof generatorModule>;

/** Starts one; it is stopped by whoever asked for it. */
export type StartGenerator = (scope: RunScope) => Promise<Generator>;

const start = (scope: RunScope, flags: readonly string[]): Promise<Generator> =>
  startWorker<typeof generatorModule>(
    new URL('../measure/generator.ts', import.meta.url),
    scope.machine.placement.generator,
    scope,
    flags,
  );

/** For closed loops: each request waits for an answer, and is to cost the generator little. */
export const startGenerator: StartGenerator = (scope) => start(scope, roomy);

/** For what has to happen at its moment: requests at a planned time, turns of a few milliseconds. */
export const startPunctualGenerator: StartGenerator = (scope) => start(scope, punctual);
