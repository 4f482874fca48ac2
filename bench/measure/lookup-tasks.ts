// Times look-ups in Redis as the strategies make them, one at a time and in a pipeline. A worker.
import { Redis } from 'ioredis';
import { seededRandom } from '../plan/random.ts';
import type { Row } from '../record/facts.ts';
import { type Calls, timeOperations } from './operations.ts';

/** Calls of each task: of those that send one command, and of the one that sends a pipeline. */
export interface LookupCalls {
  readonly single: Calls;
  readonly pipelined: Calls;
}

export interface LookupOrder {
  readonly url: string;
  readonly prefix: string;
  readonly keys: number;
  readonly calls: LookupCalls;
  readonly seed: number;
}

/** Commands that one pipeline carries. */
const pipelined = 32;

/**
 * Times GET, EXISTS, GET with JSON.parse, and GETs in a pipeline (per command), over distinct keys in random order.
 * @returns rows with the factor `operation`; nanoseconds for one command.
 * @throws {Error} when Redis cannot be reached or gives back something else than was stored.
 */
export async function timeLookups({ url, prefix, keys, calls, seed }: LookupOrder): Promise<Row[]> {
  const redis = new Redis(url, { maxRetriesPerRequest: 0 });
  try {
    const key = (index: number) => `${prefix}session:${index}`;
    const fill = redis.pipeline();
    for (let index = 0; index < keys; index += 1) fill.set(key(index), sessionOf(index));
    await fill.exec();

    const random = seededRandom(seed, 'lookups');
    const expect = (right: boolean) => {
      if (!right) throw new Error('Redis gave back something else than was stored');
    };
    return await timeOperations(
      [
        {
          factors: { operation: 'GET' },
          calls: calls.single,
          async operation() {
            const index = random.below(keys);
            expect((await redis.get(key(index))) === sessionOf(index));
          },
        },
        {
          factors: { operation: 'EXISTS' },
          calls: calls.single,
          operation: async () => expect((await redis.exists(key(random.below(keys)))) === 1),
        },
        {
          factors: { operation: 'GET + parse' },
          calls: calls.single,
          async operation() {
            const index = random.below(keys);
            expect(JSON.parse((await redis.get(key(index))) ?? '{}').user === `user-${index}`);
          },
        },
        {
          factors: { operation: `GET, ${pipelined} pipelined` },
          batch: pipelined,
          calls: calls.pipelined,
          async operation() {
            const indices = Array.from({ length: pipelined }, () => random.below(keys));
            const batch = redis.pipeline();
            for (const index of indices) batch.get(key(index));
            const replies = (await batch.exec()) ?? [];
            indices.forEach((index, position) => void expect(replies[position]?.[1] === sessionOf(index)));
          },
        },
      ],
      seededRandom(seed, 'order of look-up tasks'),
    );
  } finally {
    redis.disconnect();
  }
}

/** A session as express-session stores it, in form and size. */
const sessionOf = (index: number) =>
  JSON.stringify({
    cookie: {
      originalMaxAge: 1_800_000,
      expires: '2030-01-01T00:00:00.000Z',
      secure: false,
      httpOnly: true,
      path: '/',
      sameSite: 'lax',
    },
    user: `user-${index}`,
    endsAt: 1_900_000_000,
  });
