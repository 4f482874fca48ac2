// An opaque token whose introspection an instance remembers for a stated time: so long, at most, it is accepted after a revoke.
import type { IntrospectedToken } from '../authorization-client.ts';
import { ExactKeyCache } from '../exact-key-cache.ts';
import { ownCopy } from '../own-copy.ts';
import { introspectedStrategy } from './introspected.ts';

/** Tokens that an instance remembers, some 300 bytes each; the one that was not presented for longest goes first. */
const mostTokens = 50_000;

/** An answer, and until when it is kept, in milliseconds on a clock that nobody sets. */
interface Remembered {
  /** The token as it is presented. */
  readonly text: string;
  readonly token: IntrospectedToken;
  readonly until: number;
}

/** One that was asked, and until when its answer is good. */
interface Question {
  readonly answer: Promise<IntrospectedToken | null>;
  readonly until: number;
}

export default introspectedStrategy('opaque-cached', (introspect, cacheSeconds) => {
  // Only active ones are kept, so that whoever makes tokens up drives none out.
  const remembered = new ExactKeyCache<Remembered>(mostTokens);
  /** Questions under way: who comes with the same token while its answer would be kept waits for the same one. */
  const underWay = new Map<string, Question>();

  const ask = (presented: string): Promise<IntrospectedToken | null> => {
    // From the question on: the answer is at least so old.
    const until = performance.now() + cacheSeconds * 1_000;
    const isUnderWay = () => underWay.get(presented)?.answer === answer;
    const answer = introspect(presented)
      .then((token) => {
        // What was forgotten meanwhile was taken back, and the answer may not know it yet.
        if (token && isUnderWay()) remembered.set({ text: ownCopy(presented), token, until });
        return token;
      })
      .finally(() => {
        if (isUnderWay()) underWay.delete(presented);
      });
    underWay.set(presented, { answer, until });
    return answer;
  };
  return {
    async introspect(presented) {
      const found = remembered.get(presented);
      if (found && found.until > performance.now() && found.token.exp * 1_000 > Date.now()) return found.token;
      const question = underWay.get(presented);
      return question && question.until > performance.now() ? question.answer : ask(presented);
    },
    forget(presented) {
      underWay.delete(presented);
      remembered.delete(presented);
    },
    forgetUser(user) {
      // Whose the tokens are that are being asked about is not known yet: none of these answers is remembered.
      underWay.clear();
      const tokens = [...remembered.values()].filter(({ token }) => token.sub === user);
      for (const { text } of tokens) remembered.delete(text);
    },
  };
});
