// What is counted of a lane over its blocks, and not estimated: bytes, commands, answers. Pure.
import type { Finding, Measure } from '../record/report.ts';
import type { SliceFacts } from '../record/slices.ts';
import { measuresOf } from './measures.ts';

/** A value that is known without an error. */
export const exactly = (value: number, unit: string): Measure => ({
  value,
  low: value,
  high: value,
  confidence: 1,
  unit,
  better: 'neither',
  replicates: 1,
});

/** What was counted: bytes and commands are the same for every request, wrong answers add up. */
export function answerTotals(cell: readonly SliceFacts[]): Record<string, Measure> {
  const sum = (of: (facts: SliceFacts) => number) => cell.reduce((total, facts) => total + of(facts), 0);
  const requests = sum((facts) => facts.requests);
  const perRequest = (total: number, unit: string): Measure => ({
    ...exactly(total / requests, unit),
    better: 'lower',
    replicates: cell.length,
  });
  const first = cell[0] as SliceFacts;
  const answers = Object.entries(measuresOf(first)).map(([name, { better }]) => {
    const total = sum((facts) => measuresOf(facts)[name]?.value ?? 0);
    return [name, { ...exactly(total, '1'), better, replicates: cell.length }];
  });
  const { credentialBytes } = first;
  const commands = sum(({ redisCommands = {} }) => Object.values(redisCommands).reduce((all, calls) => all + calls, 0));
  return {
    requestBytes: perRequest(
      sum((facts) => facts.requestBytes),
      'B',
    ),
    responseBytes: perRequest(
      sum((facts) => facts.responseBytes),
      'B',
    ),
    ...(credentialBytes === undefined ? {} : { credentialBytes: exactly(credentialBytes, 'B') }),
    ...(cell.every(({ redisCommands }) => redisCommands) ? { redisCommandsPerRequest: perRequest(commands, '1') } : {}),
    ...Object.fromEntries(answers),
  };
}

/** Commands that Redis ran per request, by name; nothing where it could not be asked. */
export function redisCommandsOf(cell: readonly SliceFacts[]): Pick<Finding, 'redisCommands'> {
  if (!cell.every(({ redisCommands }) => redisCommands)) return {};
  const names = [...new Set(cell.flatMap(({ redisCommands = {} }) => Object.keys(redisCommands)))].sort();
  const requests = cell.reduce((sum, own) => sum + own.requests, 0);
  const calls = (name: string) => cell.reduce((sum, { redisCommands }) => sum + (redisCommands?.[name] ?? 0), 0);
  return { redisCommands: Object.fromEntries(names.map((name) => [name, calls(name) / requests])) };
}
