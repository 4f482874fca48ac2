// Loaded into an instance before its server (`node --import`): every request then costs a known CPU time more. It spins against the
// clock, for that costs the same CPU time on a slow machine as on a fast one.
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';

/** Spins until the clock has gone on for so long. */
function spin(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

/** Batches of spins, and milliseconds that each takes, from which their cost is found out. */
const batches = 11;
const batchMilliseconds = 5;

/**
 * Milliseconds of CPU that a spin costs, by the process' own account (getrusage), with the interrupts that strike it: the
 * least of the batches, for others that start beside it only add to it.
 */
function costOfSpin(milliseconds: number): number {
  const spins = Math.ceil(batchMilliseconds / milliseconds);
  const costs = Array.from({ length: batches }, () => {
    const before = process.cpuUsage();
    for (let turn = 0; turn < spins; turn += 1) spin(milliseconds);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000 / spins;
  });
  return Math.min(...costs);
}

const asked = Number(process.env.INJECTED_MICROSECONDS) / 1_000;
// A spin is shortened by what it costs beyond the time asked for.
const milliseconds = asked > 0 ? Math.max(0, asked - (costOfSpin(asked) - asked)) : 0;

type Handler = (...given: unknown[]) => unknown;

// Around the handler, for a listener or a diagnostics channel of its own would cost more than a call.
const { createServer } = http;
(http as { createServer: unknown }).createServer = (...given: unknown[]) => {
  const handler = given.at(-1) as Handler;
  const withCost: Handler = (...args) => {
    if (milliseconds > 0) spin(milliseconds);
    return handler(...args);
  };
  return Reflect.apply(createServer, http, [...given.slice(0, -1), withCost]);
};
// Modules that import it by its name get it, too.
syncBuiltinESMExports();
