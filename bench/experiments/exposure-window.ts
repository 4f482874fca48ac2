// How long, and for how many requests, does a revoked credential still work, at any of four instances?
import { durationText, shareText, strategyLabel, windowText } from '../analyse/wording.ts';
import { isRevocable, isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/observation.ts';
import type { Finding } from '../record/report.ts';
import { alwaysAvailable, type Experiment, strategiesOf } from './contract.ts';
import { withTestBed } from './test-bed.ts';
import { cutLasts, expired, revokedAndCut, scaledLife } from './theft-trial.ts';

const instances = 4;

export const exposureWindow: Experiment = {
  name: 'exposure-window',
  question: `How long, and for how many requests, does a revoked credential still work, at any of ${instances} instances?`,
  takesTargets: false,
  unavailable: alwaysAvailable,
  blocks: ({ exposure }) => exposure.blocks,
  cells: (choices) =>
    strategiesOf(choices, choices.profile.exposure.strategies)
      .filter((strategy) => isRevocable(strategy) || isSigned(strategy))
      .flatMap((strategy): Factors[] =>
        (isRevocable(strategy) ? choices.profile.exposure.loads : ['idle']).map((load) => ({
          strategy,
          ...(isSigned(strategy) ? { alg: 'HS256' } : {}),
          instances,
          load,
        })),
      ),
  run: ({ strategy, load }, context) => {
    const order = { strategy: String(strategy), algorithm: 'HS256', instances } as const;
    if (isRevocable(order.strategy)) {
      const { users } = context.profile;
      return withTestBed({ ...order, users, redisLink: true }, context, (bed) =>
        revokedAndCut(bed, load === 'loaded', context),
      );
    }
    const settings = { TOKEN_LIFE_SECONDS: String(scaledLife) };
    return withTestBed({ ...order, users: 0, settings, redisLink: true }, context, (bed) => expired(bed, context));
  },
  answer: (findings) => findings.flatMap((finding) => sentences[String(finding.factors.event)]?.(finding) ?? []),
};

type Sentence = (finding: Finding) => string | null;

const sentences: Readonly<Record<string, Sentence>> = {
  revoked({
    factors,
    measures: { exposureWindowMedian: median, exposureWindowP99: p99, exposureWindowMax: max, ...rest },
  }) {
    const { acceptedAfterRevoke: accepted, useInterval: interval, stolenCredentials: stolen } = rest;
    if (!median || !p99 || !max || !accepted || !stolen) return null;
    const what = `${strategyLabel(factors)}, ${factors.load}`;
    if (max.high === 0) {
      const looked = interval ? `, looked for every ${durationText(interval)} at each instance` : '';
      return `${what}: after the acknowledged revoke none of ${stolen.value} stolen credentials was accepted once${looked}.`;
    }
    return `${what}: after the acknowledged revoke a stolen credential works on for ${windowText(median)} at the median, ${windowText(p99)} at p99, ${windowText(max)} at most; ${accepted.value.toFixed(1)} requests with it get through.`;
  },
  expired({ factors, measures: { exposureWindowMax: max } }) {
    if (!max) return null;
    const beyond = max.high === 0 ? 'and not once beyond it' : `and ${windowText(max)} beyond it at most`;
    return `${strategyLabel(factors)}: nothing revokes it; it works until its \`exp\`, ${beyond} (measured with a life of ${scaledLife} s). Derived for a life of 30 days: who leaves on the fifth day gets in for 25 more.`;
  },
  'cut off': (finding) => cutSentence(finding, 'cut off from Redis, its connections closed'),
  'cut off in silence': (finding) => cutSentence(finding, 'cut off from Redis without hearing of it'),
};

function cutSentence({ factors, measures }: Finding, how: string): string | null {
  const { acceptedWithoutRedis: accepted, recoveryMedian: recovery } = measures;
  const { exposureWindowMax: max, beyondReturnMax: beyond } = measures;
  const valid = accepted
    ? `accepts ${shareText(accepted)} of the requests with a valid credential`
    : 'answers nothing in time';
  const revoked =
    max && beyond
      ? `; what is revoked meanwhile works on for ${windowText(max)} at most, after the return of Redis for ${windowText(beyond)}`
      : '';
  const back =
    recovery && accepted?.value !== 1 ? `; valid ones are accepted again ${durationText(recovery)} after it` : '';
  return `${strategyLabel(factors)}: an instance ${how}, for ${cutLasts / 1_000} s ${valid}${revoked}${back}.`;
}
