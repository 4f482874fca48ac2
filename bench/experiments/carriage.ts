// How large is the credential on the wire, and what does carrying it cost, by where the client keeps it and by how many roles it
// tells of? A session keeps the same roles in Redis.
import { largestCookie } from '../../servers/strategies/cookie.ts';
import { durationText, findingWith, thousands } from '../analyse/wording.ts';
import { isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/observation.ts';
import type { Finding, Measure } from '../record/report.ts';
import { alwaysAvailable, type Experiment } from './contract.ts';
import { runHttpTrial } from './http-trial.ts';
import { useAll } from './test-bed.ts';

const compared = ['session', 'jwt'];

/** Where the client may keep the credential of a strategy. */
const carriagesOf = (strategy: string) => (isSigned(strategy) ? ['header', 'cookie'] : ['cookie']);

export const carriage: Experiment = {
  name: 'carriage',
  question: 'How large is the credential on the wire, and what does carrying it cost?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  blocks: ({ carriage: { blocks } }) => blocks,
  cells: ({ strategies, profile }) =>
    compared
      .filter((strategy) => strategies.includes(strategy))
      .flatMap((strategy) =>
        carriagesOf(strategy).flatMap((kept) =>
          profile.carriage.roles.map(
            (roles): Factors => ({
              strategy,
              ...(isSigned(strategy) ? { alg: 'HS256' } : {}),
              carriage: kept,
              roles,
              instances: 1,
            }),
          ),
        ),
      ),
  run: (factors, context) => {
    const strategy = String(factors.strategy);
    const { users, warmUp, requests } = context.profile.carriage;
    return runHttpTrial(
      {
        strategy,
        algorithm: 'HS256',
        settings: {
          CLAIM_ROLES: String(factors.roles),
          ...(isSigned(strategy) ? { CARRIAGE: String(factors.carriage) } : {}),
        },
        connections: context.profile.connections,
        users,
        warmUp,
        requests,
        prepare: useAll,
        load: (generator, order) => generator.call('loadMe', order),
      },
      context,
    );
  },
  answer: (findings) => [
    ...[...Map.groupBy(findings, ({ factors }) => factors.roles)].flatMap(([roles, own]) =>
      bytesSentence(Number(roles), own),
    ),
    ...costSentences(findings),
    ...cookieSentence(findings),
  ],
};

const label = ({ strategy, carriage }: Factors) => `${strategy} in a ${carriage}`;

/** A byte of a request is a GB of a billion requests. */
function bytesSentence(roles: number, findings: readonly Finding[]): string[] {
  const sizes = findings.flatMap(({ factors, measures: { requestBytes } }) =>
    requestBytes ? [`${thousands(requestBytes.value)} with ${label(factors)}`] : [],
  );
  return sizes.length > 0
    ? [
        `With ${roles} roles a request is so many bytes, and a billion of them so many GB, on the wire: ${sizes.join(', ')}.`,
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
