// From the raw facts of one trial to its measures; every figure of a report begins here.
import type { HttpFacts, OperationFacts } from '../record/observation.ts';
import type { Measure } from '../record/report.ts';

/** One trial's value of a measure. `sum` marks counts that add up over trials instead of being estimated. */
export interface TrialMeasure extends Pick<Measure, 'value' | 'unit' | 'better'> {
  readonly sum?: true;
}

export type TrialMeasures = Readonly<Record<string, TrialMeasure>>;

const seconds = (value: number): TrialMeasure => ({ value, unit: 's', better: 'lower' });
const nanoseconds = (value: number) => seconds(value / 1e9);
const total = (value: number): TrialMeasure => ({ value, unit: '1', better: 'lower', sum: true });

/** The measures that every experiment over HTTP carries. */
export function httpMeasures(facts: HttpFacts): TrialMeasures {
  const { requests, cpuSeconds, latency, redisCommands } = facts;
  const perRequest = (value: number) => value / requests;
  const measures: Record<string, TrialMeasure> = {
    requestsPerSecond: { value: facts.window.requests / facts.window.seconds, unit: '1/s', better: 'higher' },
    latencyMean: nanoseconds(latency.mean),
    latencyP50: nanoseconds(latency.p50),
    latencyP90: nanoseconds(latency.p90),
    latencyP99: nanoseconds(latency.p99),
    latencyP999: nanoseconds(latency.p999),
    'cpuPerRequest.generator': { ...seconds(perRequest(cpuSeconds.generator)), better: 'neither' },
    generatorUtilisation: { value: facts.generatorCoreSeconds / facts.seconds, unit: '1', better: 'neither' },
    requestBytes: { value: perRequest(facts.requestBytes), unit: 'B', better: 'lower' },
    responseBytes: { value: perRequest(facts.responseBytes), unit: 'B', better: 'lower' },
    falseAccepts: total(facts.falseAccepts),
    falseRejects: total(facts.falseRejects),
    errors: total(facts.errors),
    checkedAnswers: { ...total(requests), better: 'higher' },
  };
  for (const tier of ['servers', 'redis', 'balancer'] as const) {
    const spent = cpuSeconds[tier];
    if (spent !== undefined) measures[`cpuPerRequest.${tier}`] = seconds(perRequest(spent));
  }
  if (redisCommands) {
    const commands = Object.values(redisCommands).reduce((sum, calls) => sum + calls, 0);
    measures.redisCommandsPerRequest = { value: perRequest(commands), unit: '1', better: 'lower' };
  }
  return measures;
}

/** The measures of an operation timed by itself. */
export function operationMeasures({ mean, p50, p99 }: OperationFacts): TrialMeasures {
  return {
    latencyMean: nanoseconds(mean),
    ...(p50 === undefined ? {} : { latencyP50: nanoseconds(p50) }),
    ...(p99 === undefined ? {} : { latencyP99: nanoseconds(p99) }),
  };
}
