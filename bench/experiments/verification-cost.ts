// What does verifying a token cost, by algorithm and library, for distinct and repeated tokens, and how far is that
// from the bare signature?
import { algorithms } from '../../servers/tokens/algorithms.ts';
import { findingWith } from '../analyse/wording.ts';
import { durationText } from '../catalogue/format.ts';
import { evenHeap } from '../measure/operations.ts';
import type * as tasks from '../measure/verification-tasks.ts';
import type { VerificationCalls } from '../measure/verification-tasks.ts';
import type { ByProfile } from '../plan/profiles.ts';
import { onPath } from '../rig/machine.ts';
import { startWorker } from '../rig/worker.ts';
import { abortable } from '../trial/abortable.ts';
import { alwaysAvailable, type Experiment, strategiesOf } from './contract.ts';

/**
 * V8 (of Node.js 24) compiles what runs once a call after some 11,000 calls. In quick and full, the two HS256 tasks of
 * jose make more calls than that before anything is timed, and so do those of fast-jwt.
 */
const workloads: ByProfile<VerificationCalls> = {
  smoke: {
    cached: { warmUp: 20, timed: 20 },
    hmac: { warmUp: 20, timed: 20 },
    signature: { warmUp: 4, timed: 20 },
  },
  quick: {
    cached: { warmUp: 6_000, timed: 6_000 },
    hmac: { warmUp: 6_000, timed: 3_000 },
    signature: { warmUp: 100, timed: 1_000 },
  },
  full: {
    cached: { warmUp: 20_000, timed: 40_000 },
    hmac: { warmUp: 20_000, timed: 20_000 },
    signature: { warmUp: 1_000, timed: 5_000 },
  },
};

export const verificationCost: Experiment<VerificationCalls> = {
  name: 'verification-cost',
  question: 'What does verifying a token cost, by algorithm and library, and how far is that from the bare signature?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  seconds: { smoke: 2, quick: 10, full: 30 },
  weight: () => 0.3,
  leads: 'latencyP50',
  workloads,
  cells: (choices) => (strategiesOf(choices, null).includes('jwt') ? [{}] : []),
  async run(_factors, { scope, profile, block, seed, signal }, calls) {
    const keys = await Promise.all(algorithms.map(async (alg) => [alg, await scope.keyOf(alg)] as const));
    // The limit does not change in a run: once is enough.
    const openssl = profile.measurement && block === 0 ? onPath('openssl') : null;
    const worker = await startWorker<typeof tasks>(
      new URL('../measure/verification-tasks.ts', import.meta.url),
      scope.machine.placement.systems,
      scope,
      evenHeap,
    );
    try {
      const rows = await abortable(worker.call('timeVerification', { keys, calls, seed }), signal);
      const limits = openssl ? await abortable(worker.call('timeSignatures', openssl, { keys }), signal) : [];
      return { status: 'completed', rows: [...rows, ...limits] };
    } finally {
      await worker.stop();
    }
  },
  answer: (findings) =>
    algorithms.flatMap((alg) => {
      const cost = (library: string, tokens: string) => {
        const measures = findingWith(findings, { alg, library, tokens })?.measures;
        // openssl tells a mean only.
        return measures?.latencyP50 ?? measures?.latencyMean;
      };
      const [jose, fast, bare] = [
        cost('jose', 'distinct'),
        cost('fast-jwt', 'distinct'),
        cost('openssl', 'signature alone'),
      ];
      if (!jose) return [];
      const other = fast ? ` and ${durationText(fast)} with fast-jwt` : ' (fast-jwt does not know it)';
      const limit = bare ? `; the signature alone takes ${durationText(bare)} in OpenSSL` : '';
      return [`Verifying one ${alg} token takes ${durationText(jose)} with jose${other}${limit}.`];
    }),
};
