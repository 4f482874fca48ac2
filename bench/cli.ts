// The command line: flags in, a run or a report out, one clear line for every mistake.
import { Command, CommanderError } from 'commander';
import { type BenchFlags, benchCommand } from './commands/bench.ts';
import { type CompareFlags, compareCommand } from './commands/compare.ts';
import { showReport, writeReport } from './commands/report.ts';
import { suites } from './commands/suites.ts';
import { strategyNames } from './plan/strategies.ts';
import { BenchError, exitCodes } from './record/errors.ts';

const namesOf = (suite: keyof typeof suites) => suites[suite].map(({ name }) => name).join(', ');

const program = new Command('auth-bench')
  .description('Sessions in Redis or signed tokens: what each costs, how each scales, how fast each can be taken back.')
  .exitOverride()
  .configureOutput({ writeErr: () => {} })
  .showSuggestionAfterError();

program
  .command('run', { isDefault: true })
  .description('measure, and write a report')
  .option(
    '--profile <name>',
    'smoke (does everything run?), quick (an answer in five minutes, the default) or full (until every interval is narrow)',
  )
  .option('--minutes <number>', 'the budget; 5 by default, 180 with --profile full; with --resume, on top')
  .option('--only <experiments>', `of: ${namesOf('bench')}`)
  .option('--strategy <strategies>', `of: ${strategyNames.join(', ')}; the baseline none is always measured`)
  .option('--instances <numbers>', 'numbers of instances for horizontal-scale, like 1,2,4')
  .option('--seed <number>', 'for the order of the trials and the choice of credentials; 1 by default')
  .option('--balancer <name>', 'haproxy, or none to drive the instances directly')
  .option(
    '--target <servers>',
    'servers that you run, like session=http://host:8081,jwt=http://balancer:8082=http://instances:3000; needs ADMIN_SECRET',
  )
  .option('--out <directory>', 'where the run is written; a new directory under results/ by default')
  .option('--resume <directory>', 'go on with a run: what was interrupted, or for more --minutes')
  .option('--json', 'print report.json on standard output, and nothing else there')
  .option('--open', 'open report.html in your browser at the end')
  .action((flags: BenchFlags) => benchCommand(flags));

program
  .command('selftest')
  .description('measure the instrument as it measures others, and write a report')
  .option('--profile <name>', 'smoke (does everything run?), quick (the default) or full')
  .option('--only <tests>', `of: ${namesOf('selftest')}`)
  .option('--seed <number>', 'for the order of the trials, the arrivals and the choice of credentials; 1 by default')
  .option('--out <directory>', 'where the run is written; a new directory under results/ by default')
  .option('--resume <directory>', 'go on with a run that was interrupted, or try again what was not completed')
  .option('--json', 'print report.json on standard output, and nothing else there')
  .action((flags: BenchFlags) => benchCommand(flags, 'selftest'));

program
  .command('compare')
  .description('compare this tree with another revision, on this machine; the exit code is the verdict')
  .option('--base <revision>', 'the commit, branch or tag to compare against')
  .option('--anchor <revision>', 'an older revision to compare with as well, so that many small steps are seen')
  .option('--head <revision>', 'what to compare; this tree, with its uncommitted changes, by default')
  .option('--seed <number>', 'for the order of the slices and the choice of credentials; 1 by default')
  .option('--out <directory>', 'where the comparison is written; a new directory under results/ by default')
  .option(
    '--minutes <number>',
    'the budget; 6 by default, and at least two blocks; a longer one has more blocks, and decides smaller changes',
  )
  .option('--strict', 'exit with 4 when the verdict is inconclusive; it is 0 otherwise')
  .option('--json', 'print comparison.json on standard output, and nothing else there')
  .action((flags: CompareFlags) => compareCommand(flags));

program
  .command('report')
  .argument('<directory>', 'of a run')
  .description('render a run again from its stored facts; measures nothing')
  .action((directory: string) => showReport(writeReport(directory), directory, false));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) process.exit(exitCodes.fine);
    fail('USAGE', error.message.replace(/^error: /, '').replaceAll('\n', ' '), exitCodes.usage);
  }
  if (error instanceof BenchError) fail(error.code, error.message, error.exitCode);
  // A fault of ours: the whole stack, and not the exit code that means "regressed".
  console.error(error);
  process.exit(exitCodes.failed);
}

function fail(code: string, message: string, exitCode: number): never {
  console.error(`auth-bench: ${message} [${code}]`);
  process.exit(exitCode);
}
