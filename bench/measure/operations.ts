// Times operations by themselves with tinybench; an operation checks its own result and throws when it is wrong.
import { Bench } from 'tinybench';
import type { Factors, OperationFacts, Row } from '../record/facts.ts';

export interface TimedOperation {
  readonly factors: Factors;
  operation(): Promise<void> | void;
  /** How many operations one call makes; 1 unless told. */
  readonly batch?: number;
}

/**
 * Times each operation for a while, after a warm-up of a quarter of it.
 * @throws {Error} when an operation throws: what is wrong is not timed.
 */
export async function timeOperations(operations: readonly TimedOperation[], milliseconds: number): Promise<Row[]> {
  const bench = new Bench({ time: milliseconds, warmupTime: milliseconds / 4, throws: true });
  operations.forEach(({ operation }, index) => void bench.add(String(index), operation));
  await bench.run();
  return operations.map(({ factors, batch = 1 }, index) => {
    const result = bench.tasks[index]?.result;
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
