// From flags to choices: every value checked once, here, with one line that says what is allowed.
import { BenchError } from '../record/errors.ts';
import type { Choices } from '../record/observation.ts';
import { profiles } from './profiles.ts';
import { strategyNames } from './strategies.ts';

/** The flags that decide what is measured, as the command line gave them. */
export interface PlanFlags {
  readonly profile?: string;
  readonly only?: string;
  readonly strategy?: string;
  readonly instances?: string;
  readonly seed?: string;
  readonly balancer?: string;
  readonly target?: string;
  readonly minutes?: string;
}

/** The most instances that a rig may have. */
const maxInstances = 32;

/**
 * Resolves flags into choices.
 * @param suite which experiments are meant.
 * @param experimentNames those that there are in it.
 * @throws {BenchError} with exit code 2 on the first value that is not allowed.
 */
export function resolveChoices(flags: PlanFlags, suite: Choices['suite'], experimentNames: readonly string[]): Choices {
  const profile = oneOf(flags.profile ?? 'quick', Object.keys(profiles), 'UNKNOWN_PROFILE', '--profile');
  const balancer = oneOf(flags.balancer ?? 'haproxy', ['haproxy', 'none'], 'UNKNOWN_BALANCER', '--balancer');
  const targets = flags.target === undefined ? undefined : parseTargets(flags.target);
  return {
    suite,
    profile: profile as Choices['profile'],
    seed: wholeNumber(flags.seed ?? '1', '--seed', 0, 2_147_483_647),
    balancer: balancer as Choices['balancer'],
    ...(flags.only === undefined
      ? {}
      : {
          only: list(flags.only, '--only').map((name) => oneOf(name, experimentNames, 'UNKNOWN_EXPERIMENT', '--only')),
        }),
    ...(flags.strategy === undefined
      ? {}
      : {
          strategies: list(flags.strategy, '--strategy').map((name) =>
            oneOf(name, strategyNames, 'UNKNOWN_STRATEGY', '--strategy'),
          ),
        }),
    ...(flags.instances === undefined
      ? {}
      : {
          instances: list(flags.instances, '--instances').map((text) =>
            wholeNumber(text, '--instances', 1, maxInstances),
          ),
        }),
    ...(targets ? { targets } : {}),
    ...(suite === 'bench' ? { minutes: minutesIn(flags, profile as Choices['profile']) } : {}),
  };
}

/** A day is longer than anybody waits. */
const mostMinutes = 1_440;

/** @throws {BenchError} BAD_NUMBER. */
function minutesIn({ minutes }: PlanFlags, profile: Choices['profile']): number {
  if (minutes === undefined) return profiles[profile].minutes;
  const value = Number(minutes);
  if (!/^\d+(\.\d+)?$/.test(minutes) || value <= 0 || value > mostMinutes)
    throw new BenchError('BAD_NUMBER', `--minutes "${minutes}" is not a number of minutes from 0.1 to ${mostMinutes}`);
  return value;
}

function list(text: string, flag: string): string[] {
  const items = [...new Set(text.split(',').map((item) => item.trim()))];
  if (items.some((item) => item === ''))
    throw new BenchError('USAGE', `${flag} "${text}" has an empty entry; give names with commas between`);
  return items;
}

function oneOf(value: string, allowed: readonly string[], code: BenchError['code'], flag: string): string {
  if (!allowed.includes(value)) throw new BenchError(code, `${flag} "${value}" is none of: ${allowed.join(', ')}`);
  return value;
}

/**
 * Reads a whole number from a flag.
 * @throws {BenchError} BAD_NUMBER.
 */
export function wholeNumber(text: string, flag: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new BenchError('BAD_NUMBER', `${flag} "${text}" is not a whole number from ${least} to ${most}`);
  }
  return value;
}

/** "session=http://host:8081,jwt=http://balancer:8082=http://instances:3000": a strategy, its door, and what stands behind it. */
function parseTargets(text: string): Record<string, string> {
  const entries = list(text, '--target').map((entry) => {
    const [name = '', ...urls] = entry.split('=');
    const areUrls = urls.every((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol));
    if (urls.length < 1 || urls.length > 2 || !areUrls) {
      throw new BenchError(
        'BAD_TARGET',
        `--target "${entry}" is not strategy=http://host:port, nor strategy=http://balancer:port=http://instances:port`,
      );
    }
    oneOf(name, strategyNames, 'BAD_TARGET', '--target');
    return [name, urls.map((url) => new URL(url).origin).join('=')];
  });
  return Object.fromEntries(entries);
}
