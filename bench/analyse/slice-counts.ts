// What is counted of a lane over its blocks, and not estimated: bytes, commands, answers. Pure.
import { exactly } from '../catalogue/measures.ts';
import type { Finding, Measure } from '../record/report.ts';
import type { SliceFacts } from '../record/slices.ts';
import { answerMeasures } from './measures.ts';

/** What was counted: bytes and commands are the same for every request, wrong answers add up. */
export function answerTotals(cell: readonly SliceFacts[]): Record<string, Measure> {
  const sum = (of: (facts: SliceFacts) => number) => cell.reduce((total, facts) => total + of(facts), 0);
  const first = cell[0] as SliceFacts;
  const requests = sum((facts) => facts.requests);
  const commands = sum(({ redisCommands = {} }) => Object.values(redisCommands).reduce((all, calls) => all + calls, 0));
  const values: Record<string, number | undefined> = {
    requestBytes: sum((facts) => facts.requestBytes) / requests,
    responseBytes: sum((facts) => facts.responseBytes) / requests,
    credentialBytes: first.credentialBytes,
    redisCommandsPerRequest: cell.every(({ redisCommands }) => redisCommands) ? commands / requests : undefined,
  };
  for (const name of Object.keys(answerMeasures(first)))
    values[name] = sum((facts) => answerMeasures(facts)[name] ?? 0);
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, exactly(name, value, cell.length)]],
    ),
  );
}

/** Commands that Redis ran per request, by name; nothing where it could not be asked. */
export function redisCommandsOf(cell: readonly SliceFacts[]): Pick<Finding, 'redisCommands'> {
  if (!cell.every(({ redisCommands }) => redisCommands)) return {};
  const names = [...new Set(cell.flatMap(({ redisCommands = {} }) => Object.keys(redisCommands)))].sort();
  const requests = cell.reduce((sum, own) => sum + own.requests, 0);
  const calls = (name: string) => cell.reduce((sum, { redisCommands }) => sum + (redisCommands?.[name] ?? 0), 0);
  return { redisCommands: Object.fromEntries(names.map((name) => [name, calls(name) / requests])) };
}
