// What does verifying a token cost, by algorithm and library, for distinct and repeated tokens, and how far is that from the hardware's limit?
import { algorithms } from '../../servers/tokens/algorithms.ts';
import { durationText, findingWith } from '../analyse/wording.ts';
import type * as tasks from '../measure/verification-tasks.ts';
import type { ByProfile } from '../plan/profiles.ts';
import { onPath } from '../rig/machine.ts';
import { startWorker } from '../rig/worker.ts';
import { abortable } from '../trial/abortable.ts';
import { alwaysAvailable, type Experiment, strategiesOf } from './contract.ts';

/** Milliseconds that tinybench spends on each task. */
const amounts: ByProfile<number> = { smoke: 10, quick: 60, full: 1_000 };

export const verificationCost: Experiment<number> = {
  name: 'verification-cost',
  question: 'What does verifying a token cost, by algorithm and library, and how far is that from the bare signature?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  amounts,
  cells: (choices) => (strategiesOf(choices, null).includes('jwt') ? algorithms.map((alg) => ({ alg })) : []),
  async run({ alg }, { scope, profile, block, signal }, milliseconds) {
    const algorithm = alg as (typeof algorithms)[number];
    const worker = await startWorker<typeof tasks>(
      new URL('../measure/verification-tasks.ts', import.meta.url),
      scope.machine.placement.systems,
      scope,
    );
    try {
      const order = {
        algorithm,
        key: await scope.keyOf(algorithm),
        milliseconds,
        openssl: profile.measurement && timesSignature(algorithm, block) ? onPath('openssl') : null,
      };
      return { status: 'completed', rows: await abortable(worker.call('timeVerification', order), signal) };
    } finally {
      await worker.stop();
    }
  },
  answer: (findings) =>
    algorithms.flatMap((alg) => {
      const cost = (library: string, tokens: string) =>
        findingWith(findings, { alg, library, tokens })?.measures.latencyMean;
      const [jose, fast, bare] = [
        cost('jose', 'distinct'),
        cost('fast-jwt', 'distinct'),
        cost('openssl', 'signature alone'),
      ];
      if (!jose) return [];
      const other = fast ? `, fast-jwt ${durationText(fast)}` : '; fast-jwt does not know it';
      const limit = bare ? `; the bare signature, by openssl, takes ${durationText(bare)}` : '';
      return [`Verifying one ${alg} token takes jose ${durationText(jose)}${other}${limit}.`];
    }),
};

/**
 * `openssl speed` times for seconds by itself, so once per run is enough; and PS256 differs from RS256 only in its padding,
 * its signature is the same RSA operation.
 */
const timesSignature = (algorithm: string, block: number) => block === 0 && algorithm !== 'PS256';
