// What a report says of itself, alike in every form: its title, how to read it, how and where it was measured.
import { voidText } from '../analyse/wording.ts';
import type { Report } from '../record/report.ts';

/** What the side-by-side table is made of, the same words in every form. */
export const sideBySideNote =
  'Added CPU, commands and bytes are those of `cost`: the difference to the baseline in the same cycles. "Still accepted for" is the longest exposure ' +
  'window that was seen (from the acknowledged revoke to the last accepted request, over all instances, loaded where that was measured), from `exposure-window`; ' +
  '"<" gives the detection limit where nothing was accepted. In an outage Redis is away for 1 to 2 s: a cache serves what it holds for as long as it holds it ' +
  '(opaque-cached for 5 s). Memory is for each session, user or revoked token, from `state-size` or `revocation-impact`. The log of revocations takes some 134 bytes ' +
  'of Redis a token and up to 8.7 MB beside them: of a short list each weighs more. The memory of an instance is that of one that has just read its list: one that hears ' +
  'of revokes one by one takes up to half as much again, as its table grows.';

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
    ['trials', `${run.trials.completed} completed, ${voidText(run.trials.void)}, ${run.trials.failed} failed`],
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
  "Added CPU is CPU time per request over the baseline, from slices of 100 requests that alternate with the baseline's in the same cycle; (a to b) and ± are 95 % " +
  'intervals over generations of fresh processes, with the variance between generations pooled over all strategies (at least that of the reference run, until a ' +
  'run has enough generations to tell a smaller one), and widened by 1.3. "Of the baseline" is the share of the baseline\'s throughput on one core when the handler does nothing else. ' +
  "Other figures of two to five replicates have a t interval of their logarithms, of six and more one between two of their values (the sign test's); a figure without an " +
  'interval is of one replicate. Windows, the largest and the 99th in 100, are those that were seen, of all trials the largest. Nothing is discarded because the machine ' +
  'was busy; only wrong answers, and loads at a rate that the generator could not keep, are, and stay in observations.jsonl.';

const howToReadSelfTest =
  'In truth, "the law" is what a server that keeps its law exactly would give for the very moments at which requests were ' +
  'planned, "the server itself" what it gave by its own clock, for a machine that has other things to do lets no server keep ' +
  'a law to the microsecond; everybody else should say what the server itself says. The smoke profile ends before the first ' +
  'stall. A pair is two fresh servers loaded in turns; its cost is CPU per request, head over base, and (a to b) the 95 % t ' +
  'interval over pairs. Shares of verdicts are of comparisons drawn from the measured pairs, with the default looks and, of the ' +
  'risk, the part that the strictest gate gets; their intervals come from drawing the pairs anew. autocannon and undici run on ' +
  'Node.js as it is, our own generator with the flags that keep it on time.';
