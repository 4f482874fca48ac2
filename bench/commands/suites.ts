// The suites that a run can be of: the systems, or the instrument itself.
import type { Experiment } from '../experiments/contract.ts';
import { experiments } from '../experiments/index.ts';
import type { Choices } from '../record/observation.ts';
import { selfTests } from '../selftest/index.ts';

export const suites: Readonly<Record<Choices['suite'], readonly Experiment[]>> = {
  bench: experiments,
  selftest: selfTests,
};
