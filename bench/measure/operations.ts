// Times operations by themselves with tinybench; an operation checks its own result and throws when it is wrong.
import { Bench, type Task, type TaskResult } from 'tinybench';
import { type Random, shuffled } from '../plan/random.ts';
import type { Factors, OperationFacts, Row } from '../record/facts.ts';

/**
 * Flags of Node for a process that times operations: its young generation has one size from the start. Left alone, it
 * grows while operations are timed. Whichever is timed meanwhile pays one page fault a call, 14 µs on a virtual machine.
 */
export const evenHeap = ['--min-semi-space-size=16', '--max-semi-space-size=16'];

/** How often an operation is called. */
export interface Calls {
  /** Calls that are not timed; all of them come before the first timed call of any operation. */
  readonly warmUp: number;
  readonly timed: number;
}

export interface TimedOperation {
  readonly factors: Factors;
  readonly calls: Calls;
  operation(): Promise<void>;
  /** How many operations one call makes; 1 unless told. */
  readonly batch?: number;
}

/**
 * The warm-up goes over all operations this many times. V8 compiles code for what it has seen so far, and discards it
 * at the first operation of another kind. In the later passes it has seen all kinds.
 */
const passes = 4;

/**
 * Times a fixed number of calls of each operation, after a fixed number of calls of all of them; both in random order.
 * @param operations at least one; those that share code warm it up for each other.
 * @returns one row for each operation, in the order given; times in nanoseconds.
 * @throws {Error} when an operation throws: what is wrong is not timed.
 */
export async function timeOperations(operations: readonly TimedOperation[], random: Random): Promise<Row[]> {
  for (let pass = 0; pass < passes; pass += 1) {
    for (const operation of shuffled(operations, random)) {
      await taskOf(operation, Math.ceil(operation.calls.warmUp / passes)).warmup();
    }
  }
  const results = new Map<TimedOperation, TaskResult>();
  for (const operation of shuffled(operations, random)) {
    const { result } = await taskOf(operation, operation.calls.timed).run();
    results.set(operation, result);
  }
  return operations.map((operation) => {
    const { factors, batch = 1 } = operation;
    const result = results.get(operation);
    if (result?.state !== 'completed') throw new Error(`timing ended as ${result?.state}`);
    const { latency } = result;
    const nanoseconds = (value: number) => (value * 1e6) / batch;
    const facts: OperationFacts = {
      type: 'operation',
      samples: latency.samplesCount,
      mean: nanoseconds(latency.mean),
      p50: nanoseconds(latency.p50),
      p99: nanoseconds(latency.p99),
    };
    return { factors, facts };
  });
}

/** A task of so many calls, however long they take. Told that it is async, tinybench makes no call to find out. */
function taskOf({ operation }: TimedOperation, calls: number): Task {
  const work = { time: 0, iterations: calls, warmupTime: 0, warmupIterations: calls };
  return new Bench({ ...work, throws: true }).add('', operation, { async: true }).tasks[0] as Task;
}
