// How large is the credential on the wire, and what does carrying it cost, by where the client keeps it and by how many roles it
// tells of? A session keeps the same roles in Redis. All of them are measured side by side in one trial.
import { largestCookie } from '../../servers/strategies/cookie.ts';
import { durationText, findingWith, thousands } from '../analyse/wording.ts';
import { type ByProfile, type WorkInTurns, warmUps } from '../plan/profiles.ts';
import { isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import type { Finding, Measure } from '../record/report.ts';
import { useAll, withTestBeds } from '../trial/test-bed.ts';
import { alwaysAvailable, type CellChoices, type Experiment, strategiesOf } from './contract.ts';
import { measureSideBySide } from './side-by-side.ts';

const compared = ['session', 'jwt'];

/** Where the client may keep the credential of a strategy. */
const carriagesOf = (strategy: string) => (isSigned(strategy) ? ['header', 'cookie'] : ['cookie']);

interface CarriageWork extends WorkInTurns {
  readonly blocks: number;
  readonly users: number;
  readonly roles: readonly number[];
}

const amounts: ByProfile<CarriageWork> = {
  smoke: { blocks: 1, users: 100, warmUp: warmUps.smoke, requests: 100, turns: 2, roles: [100] },
  quick: { blocks: 1, users: 1_000, warmUp: warmUps.quick, requests: 1_000, turns: 4, roles: [3, 20, 100] },
  full: { blocks: 6, users: 10_000, warmUp: warmUps.full, requests: 3_000, turns: 10, roles: [3, 20, 100] },
};

export const carriage: Experiment<CarriageWork> = {
  name: 'carriage',
  question: 'How large is the credential on the wire, and what does carrying it cost?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  amounts,
  blocks: ({ blocks }) => blocks,
  cells: (choices) => (measuredIn(choices).length > 0 ? [{}] : []),
  run: (_factors, context, work) => {
    const systems = measuredIn(context).flatMap((strategy) => systemsOf(strategy, work.roles));
    const orders = systems.map(({ strategy, carriage, roles }) => ({
      strategy: String(strategy),
      algorithm: 'HS256' as const,
      instances: 1,
      users: work.users,
      settings: {
        CLAIM_ROLES: String(roles),
        ...(isSigned(String(strategy)) ? { CARRIAGE: String(carriage) } : {}),
      },
    }));
    return withTestBeds(orders, context, async (beds) => {
      for (const bed of beds) await useAll(bed);
      const sides = beds.map((bed, index) => ({ bed, factors: systems[index] as Factors }));
      return measureSideBySide(sides, work, context);
    });
  },
  answer: (findings) => [
    ...[...Map.groupBy(findings, ({ factors }) => factors.roles)].flatMap(([roles, own]) =>
      bytesSentence(Number(roles), own),
    ),
    ...costSentences(findings),
    ...cookieSentence(findings),
  ],
};

const measuredIn = (choices: Pick<CellChoices, 'chosen'>) =>
  compared.filter((strategy) => strategiesOf(choices, null).includes(strategy));

const systemsOf = (strategy: string, numbers: readonly number[]): Factors[] =>
  carriagesOf(strategy).flatMap((carriage) =>
    numbers.map((roles) => ({
      strategy,
      ...(isSigned(strategy) ? { alg: 'HS256' } : {}),
      carriage,
      roles,
      instances: 1,
    })),
  );

const label = ({ strategy, carriage }: Factors) => `${strategy} in a ${carriage}`;

/** A byte of a request is a GB of a billion requests. */
function bytesSentence(roles: number, findings: readonly Finding[]): string[] {
  const sizes = findings.flatMap(({ factors, measures: { requestBytes } }) =>
    requestBytes ? [`${thousands(requestBytes.value)} with ${label(factors)}`] : [],
  );
  return sizes.length > 0
    ? [
        `With ${roles} roles a request has so many bytes of HTTP (and a billion of them as many GB): ${sizes.join(', ')}.`,
      ]
    : [];
}

/** What the most roles cost beside the fewest, one sentence for each strategy and carriage. */
function costSentences(findings: readonly Finding[]): string[] {
  const numbers = findings.map(({ factors }) => Number(factors.roles));
  const [fewest, most] = [Math.min(...numbers), Math.max(...numbers)];
  return findings
    .filter(({ factors }) => factors.roles === most && most > fewest)
    .flatMap(({ factors, measures: more }) => {
      const less = findingWith(findings, { ...factors, roles: fewest })?.measures;
      const change = (tier: string) => changeText(less?.[`cpuPerRequest.${tier}`], more[`cpuPerRequest.${tier}`]);
      const [servers, redis] = [change('servers'), isSigned(String(factors.strategy)) ? null : change('redis')];
      if (!servers) return [];
      const asked = redis ? `, and from ${redis} of Redis CPU` : '';
      return [
        `With ${most} roles in place of ${fewest}, a request with ${label(factors)} goes from ${servers} of server CPU${asked}.`,
      ];
    });
}

const changeText = (from: Measure | undefined, to: Measure | undefined) =>
  from && to ? `${durationText(from)} to ${durationText(to)}` : null;

/** Whether a browser would have kept the largest token. */
function cookieSentence(findings: readonly Finding[]): string[] {
  const [largest] = findings
    .filter(({ factors, measures }) => factors.carriage === 'cookie' && measures.credentialBytes)
    // The sign between name and value is not counted.
    .map(({ factors, measures }) => ({ factors, bytes: (measures.credentialBytes?.value ?? 0) - '='.length }))
    .sort((a, b) => b.bytes - a.bytes);
  if (!largest) return [];
  const { factors, bytes } = largest;
  const verdict = bytes > largestCookie ? 'browsers drop it, for they keep' : 'browsers keep it, for they take';
  return [
    `The largest cookie, ${factors.strategy} with ${factors.roles} roles, takes ${thousands(bytes)} bytes: ${verdict} up to ${thousands(largestCookie)} (RFC 6265bis).`,
  ];
}
