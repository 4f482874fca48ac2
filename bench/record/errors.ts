// Every way in which a run can be refused or fail: one code, one exit code, one sentence. docs/errors.md is held to it by a test.

/** What the process says on leaving: 0 fine, 1 regressed, 2 usage, 3 failed or invalid, 4 inconclusive, 130 interrupted. */
export const exitCodes = { fine: 0, regressed: 1, usage: 2, failed: 3, inconclusive: 4, interrupted: 130 } as const;

export const errorCodes = {
  USAGE: { exitCode: 2, means: 'The command line has an option, an argument or a value that does not exist.' },
  UNKNOWN_PROFILE: { exitCode: 2, means: '`--profile` names no profile.' },
  UNKNOWN_EXPERIMENT: { exitCode: 2, means: '`--only` names no experiment.' },
  UNKNOWN_STRATEGY: { exitCode: 2, means: '`--strategy` names no strategy, or a combination that does not exist.' },
  UNKNOWN_BALANCER: { exitCode: 2, means: '`--balancer` names no load balancer.' },
  BAD_NUMBER: { exitCode: 2, means: 'An option wants a number within bounds.' },
  NOTHING_TO_RUN: { exitCode: 2, means: 'The choices together leave no cell to measure.' },
  OUT_NOT_EMPTY: {
    exitCode: 2,
    means: '`--out` names a directory that already holds a run, a comparison or other files.',
  },
  OUT_NOT_WRITABLE: { exitCode: 2, means: 'The results directory cannot be made or written to.' },
  TMPDIR_NOT_WRITABLE: { exitCode: 2, means: '`TMPDIR` names no directory that can be written to.' },
  NOT_A_RUN: { exitCode: 2, means: 'The directory holds no observations of a run, or a file in it is damaged.' },
  OTHER_PLAN: {
    exitCode: 2,
    means: '`--resume` was given choices, or a version of auth-bench, that make another plan than the one begun.',
  },
  RUN_IN_PROGRESS: { exitCode: 2, means: '`--resume` names a run that has not ended yet.' },
  BAD_GATES: { exitCode: 2, means: '`bench/plan/gates.json` has an entry that does not exist or is not allowed.' },
  BAD_REVISION: { exitCode: 2, means: '`--base` or `--head` names no revision of this repository.' },
  BAD_REDIS_URL: { exitCode: 2, means: '`REDIS_URL` is not a redis:// or rediss:// address.' },
  BAD_TARGET: {
    exitCode: 2,
    means:
      '`--target` is neither `strategy=http://host:port` nor `strategy=http://balancer:port=http://instances:port`, or its admin secret is not set.',
  },
  NO_REDIS: { exitCode: 3, means: 'No redis-server or valkey-server was found on PATH.' },
  NO_BALANCER: { exitCode: 3, means: 'No haproxy was found on PATH.' },
  REDIS_UNREACHABLE: {
    exitCode: 3,
    means: 'The Redis that `REDIS_URL` names does not answer, refuses the login, or is older than version 7.',
  },
  TARGET_UNREACHABLE: {
    exitCode: 3,
    means:
      'A server that `--target` names does not answer, runs another strategy, or stands behind a balancer that keeps `/admin` from the bench.',
  },
  PROCESS_FAILED: { exitCode: 3, means: 'A process of the rig did not start, or ended before it was told to.' },
  REVISION_UNFIT: {
    exitCode: 3,
    means: 'A revision to be compared could not be installed, or holds no servers that can be run.',
  },
  RUN_INVALID: {
    exitCode: 3,
    means:
      'The run ended, but a trial failed twice, gave a wrong answer twice, or accepted a credential in error; the report says which. A self-test that did not complete its plan ends so, too.',
  },
  INTERRUPTED: {
    exitCode: 130,
    means:
      'The run was interrupted; what was measured is kept, and of a bench or a self-test `--resume` continues from there.',
  },
} as const satisfies Record<string, { exitCode: number; means: string }>;

export type ErrorCode = keyof typeof errorCodes;

/** What a report warns of; none of it stops a run. */
export const warningCodes = {
  NO_MEASUREMENT: 'The smoke profile was used: everything ran, nothing was measured.',
  EXPERIMENT_LEFT_OUT:
    'This machine, or a target, lacks something that the experiment, or a cell of it, needs; the message says what.',
  ALGORITHM_LEFT_OUT: 'This Node.js cannot sign and verify with the algorithm; its cells are not measured.',
  TRIAL_VOID:
    'A trial was discarded: an answer was wrong, or a load at a given rate could not keep it. It was repeated once; its facts stay in the journal, its wrong answers are counted.',
  TRIAL_FAILED: 'A trial could not be run to its end; `--resume` runs it again.',
  SHARED_REDIS:
    'The Redis was the one that `REDIS_URL` names: its CPU and commands include what others asked of it meanwhile.',
  NOISY_LOAD:
    'Loads whose own facts say that the generator or the machine was busy; they are kept, for to choose loads by their speed would bias the rest.',
  NEVER_STEADY:
    'The servers were still changing when the warm-up ended; the figures are of a system that was not steady.',
} as const;

export type WarningCode = keyof typeof warningCodes;

/** An error that the user can do something about: shown as one line, never with a stack. */
export class BenchError extends Error {
  readonly code: ErrorCode;

  /** @param message what is wrong, where, and what is allowed. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get exitCode(): number {
    return errorCodes[this.code].exitCode;
  }
}
