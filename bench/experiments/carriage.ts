// How large is the credential on the wire, and what does carrying it cost, by where the client keeps it and by how many roles it
// tells of? A session keeps the same roles in Redis. All ways share a block.
import { largestCookie } from '../../servers/strategies/cookie.ts';
import { addedText } from '../analyse/cost-sentences.ts';
import { sliceFindings } from '../analyse/slice-findings.ts';
import { findingWith } from '../analyse/wording.ts';
import { thousands } from '../catalogue/format.ts';
import { type ByProfile, type SliceWork, sliceWorks } from '../plan/profiles.ts';
import { isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import type { Finding } from '../record/report.ts';
import { controlLanes, type LaneOptions, runLanes } from '../trial/lanes.ts';
import { alwaysAvailable, type CellChoices, type Experiment, strategiesOf } from './contract.ts';

const compared = ['session', 'jwt'];

/** Where the client may keep the credential of a strategy. */
const carriagesOf = (strategy: string) => (isSigned(strategy) ? ['header', 'cookie'] : ['cookie']);

interface CarriageWork extends SliceWork {
  readonly users: number;
  readonly roles: readonly number[];
}

const workloads: ByProfile<CarriageWork> = {
  smoke: { ...sliceWorks.smoke, users: 50, roles: [100] },
  quick: {
    ...sliceWorks.quick,
    users: 1_000,
    cycles: 200,
    roles: [3, 100],
  },
  full: {
    ...sliceWorks.full,
    users: 1_000,
    roles: [3, 20, 100],
  },
};

export const carriage: Experiment<CarriageWork> = {
  name: 'carriage',
  question: 'How large is the credential on the wire, and what does carrying it cost?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  workloads,
  seconds: { smoke: 4, quick: 25, full: 40 },
  leads: 'cpuPerRequest',
  cells: (choices, { roles }) => (measuredIn(choices).length > 0 ? roles.map((number) => ({ roles: number })) : []),
  run: ({ roles }, context, work) => {
    const lanes = measuredIn(context).flatMap((strategy) =>
      carriagesOf(strategy).map((way) => laneOf(strategy, way, Number(roles), work)),
    );
    return runLanes([...controlLanes(work.users), ...lanes], context, work);
  },
  derive: (trials) => sliceFindings(trials, 'carriage').filter(({ factors }) => factors.strategy !== 'none'),
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

const laneOf = (strategy: string, way: string, roles: number, { users }: CarriageWork): LaneOptions => ({
  factors: { strategy, ...(isSigned(strategy) ? { alg: 'HS256' } : {}), carriage: way },
  bed: {
    strategy,
    algorithm: 'HS256',
    instances: 1,
    users,
    settings: { CLAIM_ROLES: String(roles), ...(isSigned(strategy) ? { CARRIAGE: way } : {}) },
  },
});

const label = ({ strategy, carriage }: Factors) => `${strategy} in a ${carriage}`;

/** A byte of a request is a GB of a billion requests. */
function bytesSentence(roles: number, findings: readonly Finding[]): string[] {
  const sizes = findings.flatMap(({ factors, measures: { requestBytes } }) =>
    requestBytes ? [`${thousands(requestBytes.value)} with ${label(factors)}`] : [],
  );
  return sizes.length > 0
    ? [`Bytes of a request that carries ${roles} roles (GB of a billion requests): ${sizes.join(', ')}.`]
    : [];
}

/** What the most roles cost beside the fewest, one sentence for each strategy and carriage. */
function costSentences(findings: readonly Finding[]): string[] {
  const numbers = findings.map(({ factors }) => Number(factors.roles));
  const [fewest, most] = [Math.min(...numbers), Math.max(...numbers)];
  return findings
    .filter(({ factors }) => factors.roles === most && most > fewest)
    .flatMap(({ factors, measures: { addedCpuPerRequest: more } }) => {
      const less = findingWith(findings, { ...factors, roles: fewest })?.measures.addedCpuPerRequest;
      return more && less
        ? [`${label(factors)} adds ${addedText(less)} of CPU with ${fewest} roles and ${addedText(more)} with ${most}.`]
        : [];
    });
}

/** Whether a browser would have kept the largest token. */
function cookieSentence(findings: readonly Finding[]): string[] {
  const [largest] = findings
    .filter(({ factors, measures }) => factors.carriage === 'cookie' && measures.credentialBytes)
    // The sign between name and value is not counted.
    .map(({ factors, measures }) => ({ factors, bytes: (measures.credentialBytes?.value ?? 0) - '='.length }))
    .sort((a, b) => b.bytes - a.bytes);
  if (!largest) return [];
  const { factors, bytes } = largest;
  const verdict = bytes > largestCookie ? 'browsers drop it: they keep' : 'browsers keep it: they take';
  return [
    `The largest cookie, ${factors.strategy} with ${factors.roles} roles, takes ${thousands(bytes)} bytes: ${verdict} up to ${thousands(largestCookie)} (RFC 6265bis).`,
  ];
}
