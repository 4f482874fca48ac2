// Which one for me? Five questions, and what each answer rules out, with the reason. Runs in the page, too. Pure.
import { boundText } from '../catalogue/format.ts';
import type { InOutage } from './ways.ts';

/** What of a way decides, in values that a page can carry. */
export interface Candidate {
  readonly name: string;
  /** Microseconds of CPU per request over the baseline. */
  readonly added: number;
  /** Seconds within which every instance was seen to reject a revoked credential; null: not until it expires. */
  readonly window: number | null;
  /** Whether one was accepted after its acknowledged revoke. */
  readonly wasAccepted: boolean;
  /** Redis commands per request. */
  readonly redisCommands: number;
  /** What becomes of requests while Redis is down; null where it was not measured. */
  readonly inOutage: InOutage | null;
  /** What the caller holds: a reference that only the own store resolves, one that the issuer resolves, or a signed token. */
  readonly credential: 'session' | 'opaque' | 'signed';
}

export interface Question {
  readonly id: 'within' | 'redis' | 'issuer' | 'outage' | 'roles';
  readonly text: string;
  /** The first one rules nothing out. */
  readonly choices: readonly { readonly id: string; readonly text: string }[];
}

export const questions: readonly Question[] = [
  {
    id: 'within',
    text: 'A revocation must take effect within',
    choices: [
      { id: 'any', text: 'the life of a token is soon enough' },
      { id: '10', text: '10 s' },
      { id: '0.1', text: '100 ms' },
      { id: '0.05', text: '50 ms' },
    ],
  },
  {
    id: 'redis',
    text: 'May each request ask Redis?',
    choices: [
      { id: 'yes', text: 'yes' },
      { id: 'no', text: 'no' },
    ],
  },
  {
    id: 'issuer',
    text: 'Who issues the credentials?',
    choices: [
      { id: 'own', text: 'the application itself' },
      { id: 'other', text: 'another service, or another team (signed with a key of its own, such as ES256)' },
    ],
  },
  {
    id: 'outage',
    text: 'While Redis is down, requests',
    choices: [
      { id: 'reject', text: 'may be rejected' },
      { id: 'work', text: 'must be answered' },
    ],
  },
  {
    id: 'roles',
    text: 'How many roles does a caller have?',
    choices: [
      { id: 'few', text: 'a few' },
      { id: 'many', text: 'hundreds' },
    ],
  },
];

export type Answers = Readonly<Partial<Record<Question['id'], string>>>;

/** What is left and what is out, and why; the cheapest first in both. */
export interface Choice {
  readonly name: string;
  readonly added: number;
  /** Reasons against it; none where it is left. */
  readonly against: readonly string[];
}

/** Why each behaviour is not enough where requests have to be answered for as long as Redis is down. */
const againstInOutage: Readonly<Record<InOutage | 'not measured', string | null>> = {
  works: null,
  'while cached': 'is accepted while the answer is cached, and rejected after that',
  'accepts some': 'rejects requests that it has to look up while Redis is down',
  'fails closed': 'rejects requests while Redis is down',
  'gives no answer': 'answers nothing while Redis is down',
  'not measured': 'its behaviour in an outage was not measured',
};

/** Each rule gives its reason against a candidate, or null. */
const rules: Readonly<Record<Question['id'], (candidate: Candidate, answer: string) => string | null>> = {
  within: ({ window, wasAccepted }, answer) => {
    if (answer === 'any') return null;
    if (window === null) return 'a revoked credential is accepted until it expires';
    if (window <= Number(answer)) return null;
    return wasAccepted
      ? `a revoked credential is accepted for up to ${boundText(window)}`
      : `measured to reject a revoked credential within ${boundText(window)}, no finer`;
  },
  redis: ({ redisCommands }, answer) => (answer === 'no' && redisCommands >= 0.5 ? 'asks Redis on each request' : null),
  issuer: ({ credential }, answer) =>
    answer === 'other' && credential === 'session' ? 'only the application that keeps the session can read it' : null,
  outage: ({ inOutage }, answer) => (answer === 'work' ? againstInOutage[inOutage ?? 'not measured'] : null),
  roles: ({ credential }, answer) =>
    answer === 'many' && credential === 'signed' ? 'each request carries all roles in the token' : null,
};

/** The answer without which most would be left, where nothing is: its question, and how many that would be. */
export function wayOut(candidates: readonly Candidate[], answers: Answers): { text: string; left: number } | null {
  const leftBy = (own: Answers) => choose(candidates, own).filter(({ against }) => against.length === 0).length;
  if (leftBy(answers) > 0) return null;
  const relaxed = questions.map(({ id, text, choices }) => {
    const { [id]: answer, ...others } = answers;
    const chosen = choices.find((choice) => choice.id === answer)?.text ?? '';
    return { text: `${text} ${chosen}`, left: leftBy(others) };
  });
  const best = relaxed.reduce((one, other) => (other.left > one.left ? other : one));
  return best.left > 0 ? best : null;
}

/** Every candidate with the reasons against it. */
export function choose(candidates: readonly Candidate[], answers: Answers): Choice[] {
  return candidates
    .map((candidate) => ({
      name: candidate.name,
      added: candidate.added,
      against: questions.flatMap(({ id, choices }) => {
        const reason = rules[id](candidate, answers[id] ?? (choices[0]?.id as string));
        return reason === null ? [] : [reason];
      }),
    }))
    .sort((a, b) => a.against.length - b.against.length || a.added - b.added);
}
