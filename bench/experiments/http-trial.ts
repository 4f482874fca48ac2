// One trial of one instance under a closed loop, the same for every experiment that makes one.
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { type Objection, objectToAnswers, objectToClosedLoop } from '../analyse/audit.ts';
import type { ClosedLoopOrder, LoadFacts } from '../load/closed-loop.ts';
import { instructionsPerRequest } from '../measure/instructions.ts';
import { watchTiers } from '../measure/tiers.ts';
import type { Profile, WarmUpWork } from '../plan/profiles.ts';
import type { HttpFacts, Outcome, Row } from '../record/observation.ts';
import type { TrialContext } from './contract.ts';
import type { Generator } from './generator.ts';
import { type TestBed, withTestBed } from './test-bed.ts';
import { warmUpRig } from './warm-up.ts';

export interface HttpTrialOrder {
  readonly strategy: string;
  readonly algorithm: Algorithm;
  readonly connections: number;
  readonly warmUp: WarmUpWork;
  /** Requests of the counted load. */
  readonly requests: number;
  readonly users: number;
  /** Settings of the instance, by the names in `servers/settings.ts`, that are to differ from what they usually are. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Fills what the load draws on. */
  prepare(bed: TestBed): Promise<void>;
  load(generator: Generator, order: ClosedLoopOrder): Promise<LoadFacts>;
}

/** Requests while instructions are counted, at most: perf slows the server down several times. */
const mostCounted = 5_000;

/** Runs one trial of one instance: a warm-up until it is steady, the counted load, and a pass for its instructions. */
export function runHttpTrial(order: HttpTrialOrder, context: TrialContext): Promise<Outcome> {
  const { connections, requests } = order;
  const { seed, profile } = context;
  return withTestBed({ ...order, instances: 1 }, context, async (bed) => {
    const { rig, generator, credentials, pool } = bed;
    const [urls = []] = rig.entries;
    await order.prepare(bed);
    const warmUp = await warmUpRig(rig, order.warmUp, (work, turn) =>
      order.load(generator, { urls, pool, connections, requests: work, seed: seed + turn + 1 }),
    );
    const { value, tiers } = await watchTiers(rig, generator.pid, () =>
      order.load(generator, { urls, pool, connections, requests, seed }),
    );
    const instance = rig.instances[0]?.pid ?? null;
    const counted =
      instance === null
        ? null
        : await instructionsPerRequest(
            context.scope.machine.instructions,
            instance,
            Math.min(requests, mostCounted),
            (work) => order.load(generator, { urls, pool, connections, requests: work, seed }),
          );
    const instructions = counted ? { instructionsPerRequest: counted.perRequest } : {};
    const longest = credentials.reduce((most, { value }) => Math.max(most, value.length), 0);
    const credential = longest > 0 ? { credentialBytes: longest } : {};
    const facts: HttpFacts = { type: 'http', ...value, ...credential, warmUp, ...tiers, ...instructions };
    return outcomeOf([{ factors: {}, facts }], requests, profile, counted ? [counted.answers] : []);
  });
}

/**
 * A trial is void when an answer was wrong or missing, or when a load says against itself that it is no measurement.
 * @param alsoChecked loads that give no figures, but whose answers have to be right.
 */
export function outcomeOf(
  rows: readonly (Row & { facts: HttpFacts })[],
  planned: number,
  { measurement }: Pick<Profile, 'measurement'>,
  alsoChecked: readonly LoadFacts[] = [],
): Outcome {
  const loads = rows.map(({ facts }) => facts);
  const objections = [
    objectToAnswers(loads, planned),
    objectToAnswers(
      alsoChecked,
      alsoChecked.reduce((sum, { requests }) => sum + requests, 0),
    ),
    ...(measurement ? loads.map((facts) => objectToClosedLoop(facts)) : []),
  ];
  return judged([...rows], objections);
}

/** The outcome of rows to which there may be objections: the first of them is told. */
export function judged(rows: Row[], objections: readonly (Objection | null)[]): Outcome {
  const objection = objections.find((one) => one !== null);
  return objection ? { status: 'void', ...objection, rows } : { status: 'completed', rows };
}
