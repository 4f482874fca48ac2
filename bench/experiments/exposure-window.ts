// How long, and for how many requests, is a revoked credential still accepted, at any of four instances?
import { strategyLabel } from '../analyse/wording.ts';
import {
  durationText,
  roughText,
  shareText,
  significant,
  tenthsText,
  thousands,
  windowText,
} from '../catalogue/format.ts';
import type { ByProfile, UsualStrategies } from '../plan/profiles.ts';
import { asksAuthorizationServer, isRevocable, isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import type { Finding, Measure } from '../record/report.ts';
import { longLives } from '../rig/topology.ts';
import { comesBackText } from '../trial/cut-off.ts';
import { refreshedAfterLogOut } from '../trial/refresh-theft.ts';
import { withTestBed } from '../trial/test-bed.ts';
import { expired, revokedAndCut, revokedOnIdle, scaledLife, type TheftWork } from '../trial/theft-trial.ts';
import { alwaysAvailable, type Experiment, strategiesOf } from './contract.ts';

const instances = 4;

/** The kinds of access token that come with a refresh token, each by a strategy that takes it. */
const refreshed = ['jwt', 'opaque'];

interface ExposureWork extends TheftWork, UsualStrategies {
  /** Stolen credentials at a rig that stands idle anyway. */
  readonly onStandingRig: number;
  readonly loads: readonly ('idle' | 'loaded')[];
  /** How many tokens were revoked before, where tokens are. */
  readonly list: { readonly revokedTokens?: number };
}

const workloads: ByProfile<ExposureWork> = {
  smoke: {
    strategies: ['jwt-cached+replicated-blocklist'],
    loads: ['loaded'],
    list: {},
    credentials: 2,
    onStandingRig: 1,
    cuts: ['cut off'],
    cutsEach: 1,
    credentialsInCut: 1,
    warmUpRequests: 20,
  },
  quick: {
    strategies: null,
    loads: ['loaded'],
    list: {},
    credentials: 10,
    onStandingRig: 10,
    cuts: ['cut off'],
    cutsEach: 1,
    credentialsInCut: 4,
    warmUpRequests: 500,
  },
  full: {
    strategies: null,
    loads: ['idle', 'loaded'],
    list: { revokedTokens: 1_000_000 },
    credentials: 200,
    onStandingRig: 20,
    cuts: ['cut off', 'cut off in silence'],
    cutsEach: 5,
    credentialsInCut: 4,
    warmUpRequests: 5_000,
  },
};

export const exposureWindow: Experiment<ExposureWork> = {
  name: 'exposure-window',
  question: `How long, and for how many requests, is a revoked credential still accepted, at any of ${instances} instances?`,
  takesTargets: false,
  unavailable: alwaysAvailable,
  workloads,
  seconds: { smoke: 5, quick: 9, full: 60 },
  weight: () => 3,
  // The first answers are of those that readers ask about first.
  isLater: ({ strategy }) => !leading.includes(String(strategy)),
  cells: (choices, work) => [
    ...strategiesOf(choices, work.strategies)
      .filter((strategy) => isRevocable(strategy) || isSigned(strategy))
      .flatMap((strategy): Factors[] =>
        (isRevocable(strategy) ? work.loads : ['idle']).map((load) => ({
          strategy,
          ...(isSigned(strategy) ? { alg: 'HS256' } : {}),
          instances,
          load,
          ...(isSigned(strategy) && isRevocable(strategy) ? work.list : {}),
        })),
      ),
    ...refreshed
      .filter((strategy) => strategiesOf(choices, work.strategies).includes(strategy))
      .map((strategy) => ({
        strategy,
        ...(isSigned(strategy) ? { alg: 'HS256' } : {}),
        instances: 1,
        load: 'idle',
        by: 'refresh token',
      })),
  ],
  run: ({ strategy, load, revokedTokens, by }, context, work) => {
    if (by === 'refresh token') {
      const one = {
        strategy: String(strategy),
        algorithm: 'HS256',
        instances: 1,
        authorizationServers: 1,
        users: 0,
      } as const;
      return withTestBed(one, { ...context, balancer: 'none' }, (bed) => refreshedAfterLogOut(bed, work.credentials));
    }
    const order = { strategy: String(strategy), algorithm: 'HS256', instances, redisLink: true } as const;
    if (!isRevocable(order.strategy)) {
      const settings = { TOKEN_LIFE_SECONDS: String(scaledLife) };
      return withTestBed({ ...order, users: 0, settings }, context, (bed) => expired(bed, context, work));
    }
    const list = revokedTokens === undefined ? {} : { revokedTokens: Number(revokedTokens), settings: longLives };
    return withTestBed({ ...order, users: context.profile.users, ...list }, context, (bed) =>
      revokedAndCut(bed, load === 'loaded', context, work),
    );
  },
  onStandingRig: {
    instances: 2,
    // What is cached for seconds would hold the block up for as long.
    cell: ({ strategy, alg, ttlSeconds }) =>
      isRevocable(String(strategy)) && ttlSeconds === undefined
        ? { strategy: String(strategy), ...(alg ? { alg } : {}), instances: 2, load: 'idle' }
        : null,
    // One more to find out how long it takes.
    credentials: ({ onStandingRig }) => onStandingRig + 1,
    ask: (bed, context, { onStandingRig }) => revokedOnIdle(bed, context, onStandingRig),
  },
  answer: (findings) => findings.flatMap((finding) => sentences[String(finding.factors.event)]?.(finding) ?? []),
};

const leading = [
  'session',
  'jwt+redis-blocklist',
  'jwt-cached+replicated-blocklist',
  'session-cached',
  'opaque-cached',
];

type Sentence = (finding: Finding) => string | null;

const sentences: Readonly<Record<string, Sentence>> = {
  revoked({ factors, measures: { exposureWindowMedian: median, exposureWindowMax: max, ...rest } }) {
    const { acceptedAfterRevoke: accepted, probeInterval: interval, stolenCredentials: stolen } = rest;
    if (!median || !max || !accepted || !stolen || !interval) return null;
    const before = factors.revokedTokens ? `, ${thousands(Number(factors.revokedTokens))} revoked before` : '';
    const what = `${strategyLabel(factors)} (${factors.load}${before})`;
    const within = rest.exposureWindowUpperBound
      ? `upper bound of the window ${durationText(rest.exposureWindowUpperBound)}`
      : 'no upper bound of the window';
    const took = rest.revokeTime ? ` The revoke itself takes ${roughText(rest.revokeTime.value)}.` : '';
    if (max.value === 0) {
      return `${what}: none of ${stolen.value} stolen credentials was accepted after the acknowledged revoke, at any of ${factors.instances} instances; ${within}.${took}`;
    }
    const p99 = rest.exposureWindowP99 ? `, ${windowText(rest.exposureWindowP99)} at p99` : '';
    return `${what}: a revoked credential is still accepted for ${windowText(median)} at the median${p99}, ${windowText(max)} as the worst of ${stolen.value}; ${within}. Polled every ${roughText(interval.value)} at each of ${factors.instances} instances, it is accepted ${significant(accepted.value)} times on average.${took}`;
  },
  expired({ factors, measures: { exposureWindowMax: max, exposureWindowUpperBound: within } }) {
    if (!max) return null;
    const bound = within ? ` (upper bound ${durationText(within)})` : '';
    const beyond = max.value === 0 ? `not once after it${bound}` : `for ${windowText(max)} after it at most`;
    return `${strategyLabel(factors)}: nothing revokes it. It is accepted until its \`exp\`, and ${beyond}, measured with a life of ${scaledLife} s. With a life of 30 days, an employee who leaves on the fifth day keeps access for 25 more.`;
  },
  refreshed({
    factors,
    measures: { exposureWindowMax: max, exposureWindowUpperBound: within, stolenCredentials: stolen },
  }) {
    if (!max || !stolen) return null;
    const bound = within ? ` (upper bound of the window ${durationText(within)})` : '';
    const accepted =
      max.value === 0
        ? `none of ${stolen.value} stolen refresh tokens gave an access token`
        : `stolen refresh tokens gave access tokens for ${windowText(max)} as the worst of ${stolen.value}`;
    return `By way of refresh (${strategyLabel(factors)}): after the acknowledged log-out of the grant ${accepted}${bound}.`;
  },
  'cut off': (finding) => cutSentence(finding, 'connections closed'),
  'cut off in silence': (finding) => cutSentence(finding, 'packets lost, no connection closed'),
};

function cutSentence({ factors, measures }: Finding, how: string): string | null {
  const { acceptedWithoutRedis: accepted, longestWaitWithoutRedis: wait, cuts, cutTime: lasted } = measures;
  if (!cuts || !lasted) return null;
  const often = cuts.value === 1 ? 'one outage' : `${cuts.value} outages`;
  const whose = asksAuthorizationServer(String(factors.strategy)) ? 'the authorization server' : 'an instance';
  const waits = wait ? `; the longest answer takes ${roughText(wait.value)}` : '';
  const recovery = accepted?.value === 1 ? '' : recoveryText(measures);
  return `${strategyLabel(factors)}: in ${often} of Redis of ${roughText(lasted.value)} for ${whose} (${how}) ${validText(accepted)}${waits}${revokedMeanwhile(measures)}${recovery}.`;
}

/** What became of requests with a valid credential during an outage. */
function validText(accepted: Measure | undefined): string {
  if (!accepted) return 'no request is answered';
  if (accepted.value === 1) return 'every answered request with a valid credential is accepted';
  if (accepted.value === 0) return 'every answered request with a valid credential is rejected';
  return `${shareText(accepted)} of the answered requests with a valid credential are accepted`;
}

/** When valid credentials were accepted again. */
function recoveryText({ recoveryMax: recovery, cutsWithoutRecovery: never, cuts }: Finding['measures']): string {
  if (recovery) return `; recovery ${tenthsText(recovery)}`;
  return never && cuts ? `; after ${never.value} of ${cuts.value} outages no recovery ${comesBackText}` : '';
}

/** What became of stolen credentials that were revoked during a cut; nothing where none was. */
function revokedMeanwhile({
  exposureWindowMax: max,
  beyondReturnMax: beyond,
  stolenCredentials: stolen,
  probeInterval: interval,
}: Finding['measures']): string {
  if (!max || !beyond || !stolen || !interval) return '';
  const longest =
    max.value === 0
      ? 'none was accepted'
      : `the worst is still accepted for ${windowText(max)}, and for ${windowText(beyond)} after the recovery of Redis`;
  return `; of ${stolen.value} credentials revoked meanwhile ${longest} (polled every ${roughText(interval.value)})`;
}
