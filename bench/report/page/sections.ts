// The sections of the page, in its order: each has one question, few pictures, at most three sentences, and tables folded away.
import { detectionLimitOf, mainWays, waysOf } from '../../analyse/ways.ts';
import { boundText, roughText, thousands } from '../../catalogue/format.ts';
import type { Measure, Report } from '../../record/report.ts';
import type { ChartName } from '../charts/index.ts';

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly charts: readonly ChartName[];
  /** Experiments whose tables are folded under it. */
  readonly experiments: readonly string[];
  sentences(report: Report): readonly string[];
}

const mostSentences = 3;

/** The first sentences of an experiment's own answer. */
const answered =
  (experiment: string, most = mostSentences) =>
  ({ answers }: Report): readonly string[] =>
    answers.find((answer) => answer.experiment === experiment)?.sentences.slice(0, most) ?? [];

export const sections: readonly Section[] = [
  {
    id: 'map',
    title: 'What a way costs, and how fast it is taken back',
    charts: ['map'],
    experiments: [],
    sentences: () => [
      'Down and to the left is better. On the line are the ways that no other beats in both; bounds have no order among themselves. "<" is an upper bound: nothing was accepted after the acknowledged revoke.',
    ],
  },
  {
    id: 'cost',
    title: 'What does a request cost?',
    charts: ['cost'],
    experiments: ['cost'],
    sentences: librarySentences,
  },
  {
    id: 'windows',
    title: 'How fast is it taken back?',
    charts: ['windows', 'thirty-days'],
    experiments: ['exposure-window'],
    sentences: windowSentences,
  },
  {
    id: 'blocklist',
    title: 'What does a blocklist cost as it grows?',
    charts: ['blocklist'],
    experiments: ['revocation-impact', 'state-size', 'saturation'],
    sentences: memorySentences,
  },
  {
    id: 'latency',
    title: 'How long does a client wait?',
    charts: ['latency'],
    experiments: ['latency-at-rate'],
    sentences: answered('latency-at-rate'),
  },
  {
    id: 'scaling',
    title: 'Does it scale with instances?',
    charts: ['scaling'],
    experiments: ['horizontal-scale', 'service-hops', 'number-of-callers'],
    sentences: answered('horizontal-scale'),
  },
  {
    id: 'wire-size',
    title: 'How large is it on the wire?',
    charts: ['wire-size'],
    experiments: ['carriage'],
    sentences: answered('carriage', 2),
  },
  { id: 'logins', title: 'What does a login cost?', charts: ['logins'], experiments: ['login'], sentences: () => [] },
  {
    id: 'refreshes',
    title: 'What does a shorter token life cost?',
    charts: ['refreshes'],
    experiments: ['refresh-cost'],
    sentences: () => [
      'A stolen token without a check works until it expires: for a life of 30 days 43,200 times as long as for one of a minute.',
    ],
  },
  {
    id: 'verification',
    title: 'What does verifying take, by algorithm and library?',
    charts: ['verification'],
    experiments: ['verification-cost', 'lookup-latency'],
    sentences: () => [],
  },
  {
    id: 'answers-checked',
    title: 'Was every answer right?',
    charts: [],
    experiments: ['security', 'mixed-traffic'],
    sentences: (report) => [...answered('security', 1)(report), ...answered('mixed-traffic', 1)(report)],
  },
];

/** What of a cost is the library's: two of them do the same. */
function librarySentences({ findings }: Report): string[] {
  const ways = mainWays(waysOf(findings));
  const added = (strategy: string) => ways.find((way) => way.strategy === strategy)?.added;
  const [express, native] = [added('session'), added('session-native')];
  if (!express || !native) return [];
  const whole = ({ value }: Measure) => `${Math.round(value * 1e6)} µs`;
  return [
    `Much of a cost is the library's: a session in Redis adds ${whole(express)} with express-session and ${whole(native)} with @fastify/session, which does not slide its idle time.`,
  ];
}

function windowSentences({ findings }: Report): string[] {
  const ways = mainWays(waysOf(findings));
  const revocable = ways.filter(({ window }) => window !== null && window.kind !== 'until exp');
  const below = revocable.filter(({ window }) => window?.kind === 'below');
  const seen = revocable.flatMap(({ name, window }) => (window?.kind === 'seen' ? [{ name, ...window }] : []));
  const until = ways.filter(({ window }) => window?.kind === 'until exp').map(({ name }) => name);
  if (revocable.length === 0) return [];
  const cutOff = Math.max(0, ...ways.map(({ outage }) => outage?.measures.exposureWindowMax?.value ?? 0));
  const limit = detectionLimitOf(ways);
  return [
    `On a normal day ${below.length} of ${revocable.length} revocable ways accepted nothing after an acknowledged revoke: their windows are shorter than ${boundText(limit)}.`,
    ...(seen.length > 0
      ? [
          `A revoked credential was still accepted with ${seen.map(({ name, longest }) => `${name} (for up to ${roughText(longest)})`).join(', ')}.`,
        ]
      : []),
    ...(cutOff > 0
      ? [`In an outage of Redis one was last accepted ${roughText(cutOff)} after its revoke, at most.`]
      : []),
    ...(until.length > 0 ? [`Without a check (${until.join(', ')}) a stolen token is accepted until it expires.`] : []),
  ];
}

/** Bytes for a million revoked tokens, in Redis and in each instance. */
function memorySentences({ findings }: Report): string[] {
  const sizes = findings.filter(
    ({ experiment, factors }) => experiment === 'state-size' && factors.state === 'revoked token',
  );
  const megabytes = (bytes: number) => `${thousands(bytes)} MB`;
  const told = sizes.map(({ factors, measures }) => {
    const [redis, instance] = [measures['bytesEach.redis'], measures['bytesEach.servers']];
    const parts = [
      ...(redis ? [`${megabytes(redis.value)} of Redis`] : []),
      ...(instance && instance.value >= 0.5 ? [`${megabytes(instance.value)} of each instance`] : []),
    ];
    return `${factors.strategy} ${parts.join(' and ')}`;
  });
  return told.length > 0 ? [`A million revoked tokens take: ${told.join('; ')}.`] : [];
}
