// The registry of the self-test: the experiments whose subject is the instrument itself.
import type { Experiment } from '../experiments/contract.ts';
import { ceiling } from './ceiling.ts';
import { sendLag } from './send-lag.ts';
import { truth } from './truth.ts';
import { verdictsGiven } from './verdicts-given.ts';
import { watching } from './watching.ts';

export const selfTests: readonly Experiment[] = [truth, sendLag, ceiling, verdictsGiven, watching];
