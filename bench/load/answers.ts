// What an answer is worth: right, accepted in error, refused in error, or no answer to the question.
import type { AnswerCounts } from '../record/facts.ts';
import type { PooledCredential } from './credentials.ts';

export type Verdict = 'right' | 'falseAccept' | 'falseReject' | 'error';

export const newVerdicts = (): Record<Verdict, number> => ({ right: 0, falseAccept: 0, falseReject: 0, error: 0 });

/** Verdicts as they are written down. */
export const answerCounts = (verdicts: Record<Verdict, number>): AnswerCounts => ({
  requests: Object.values(verdicts).reduce((sum, count) => sum + count, 0),
  falseAccepts: verdicts.falseAccept,
  falseRejects: verdicts.falseReject,
  errors: verdicts.error,
});

/** A verdict, and the status of the answer that it is on. */
export interface Judged {
  readonly verdict: Verdict;
  readonly status: number;
}

/**
 * Judges the answer to `GET /me`: a valid credential has to be accepted, and for the right user; any other refused.
 * Accepted as somebody else is a false accept.
 */
export function judge(
  { user, valid }: Pick<PooledCredential, 'user' | 'valid'>,
  status: number,
  body: string,
): Verdict {
  if (status === 200) return valid && userIn(body) === user ? 'right' : 'falseAccept';
  if (status === 401 || status === 403) return valid ? 'falseReject' : 'right';
  return 'error';
}

function userIn(body: string): unknown {
  try {
    return (JSON.parse(body) as { user?: unknown }).user;
  } catch {
    return undefined;
  }
}
