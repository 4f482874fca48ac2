// What a report says of itself, alike in every form: its title, how to read it, how and where it was measured.
import { voidText } from '../analyse/wording.ts';
import type { Report } from '../record/report.ts';

/** What the side-by-side table is made of, the same words in every form. */
export const sideBySideNote =
  'Ratio, CPU, commands and bytes are those of `throughput`; the window (from the acknowledged revoke to the last accepted request, ' +
  'over four loaded instances; 0 where there was none), the requests accepted after it for each stolen credential and what happens without Redis are those of ' +
  '`exposure-window`, where Redis is away for 1 to 2 s: what keeps answers goes on for as long as it keeps them (opaque-cached for 5 s). Memory is for each ' +
  'session, or for each revoked token, from `state-size` or `revocation-impact`; what Redis notes of each token that is issued, for its user to be logged ' +
  'out everywhere, stands in `state-size`. The log of revocations takes some 134 bytes of Redis a token and up to 8.7 MB beside ' +
  'them: of a short list each weighs more. The memory of an instance is that of one that has just read its list: one that hears of revokes one ' +
  'by one takes up to half as much again, as its table grows.';

/** What a report is of, in one line. */
export const titleOf = ({ run }: Report): string =>
  run.choices.suite === 'selftest'
    ? `auth-bench measured as it measures others: the ${run.profile} self-test`
    : `Sessions in Redis or signed tokens: the ${run.profile} report`;

/** The lines of "how and where it was measured", alike in every form. */
export function environmentLines({ run, environment }: Report): [string, string][] {
  return [
    ['command', run.command],
    ['profile, seed', `${run.profile}, ${run.seed}`],
    [
      'trials',
      `${run.trials.completed} of ${run.trials.planned} completed, ${voidText(run.trials.void)}, ${run.trials.failed} failed`,
    ],
    ['measured', `${run.startedAt} to ${run.finishedAt}`],
    ['revision', environment.revision],
    ['Node.js', environment.node],
    ['Redis', environment.redis],
    ['balancer', environment.balancer],
    ['machine', `${environment.cores} cores, ${environment.cpuModel}, ${environment.kernel}`],
    ['placement', environment.placement],
    ['CPU quota', environment.cpuQuota],
    ['instructions', environment.instructions],
  ];
}

/** How to read the tables, the same words in every form. */
export const howToRead = ({ run }: Report): string =>
  run.choices.suite === 'selftest' ? howToReadSelfTest : howToReadBench;

const howToReadBench =
  'Each figure is the median over trials in fresh processes; (a to b) is an interval over trials between two of their values: 95 %, ' +
  'but with three trials it is their range, which holds the true median three times in four. Ratios are geometric means of ' +
  'pairs within a block, with the 95 % t interval of their logarithms. Windows, the largest and the 99th in 100, are those that were ' +
  'seen, of all trials the largest: what others would see has no interval here. Times are at saturation unless a load is given: the load ' +
  'waits for each answer before it asks again, so they say how long the queue was, not what a caller at a given rate would see. ' +
  'A load is a share of what the slowest strategy carries, found anew in each trial. CPU is CPU time per request at that tier.';

const howToReadSelfTest =
  'In truth, "the law" is what a server that keeps its law exactly would give for the very moments at which requests were ' +
  'planned, "the server itself" what it gave by its own clock, for a machine that has other things to do lets no server keep ' +
  'a law to the microsecond; everybody else should say what the server itself says. The smoke profile ends before the first ' +
  'stall. A pair is two fresh servers loaded in turns; its cost is CPU per request, head over base, and (a to b) the 95 % t ' +
  'interval over pairs. Shares of verdicts are of comparisons drawn from the measured pairs, with the default looks and, of the ' +
  'risk, the part that the strictest gate gets; their intervals come from drawing the pairs anew. autocannon and undici run on ' +
  'Node.js as it is, our own generator with the flags that keep it on time.';
