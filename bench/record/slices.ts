// What a run writes down of a lane: a system that was loaded in slices.
import { z } from 'zod';

const count = z.number().int().nonnegative();
const nanoseconds = z.array(z.number());

/** A lane of a block: one system in fresh processes, loaded in slices that alternate with those of the block's other lanes. */
export const sliceFactsSchema = z.object({
  type: z.literal('slices'),
  /** CPU nanoseconds per request by tier, slice by slice; slices of one place belong to one cycle. A tier that nobody tells of is left out. */
  cpu: z.object({
    servers: nanoseconds.optional(),
    authorization: nanoseconds.optional(),
    redis: nanoseconds.optional(),
    balancer: nanoseconds.optional(),
  }),
  /** Who told it: the kernel for all processes, each process for itself, or servers that the user runs. */
  clock: z.enum(['kernel', 'processes', 'servers']),
  requestsPerSlice: count,
  requests: count,
  /** How many of them presented a credential that had to be rejected. */
  invalid: count,
  /** Requests before the counted ones. */
  warmUpRequests: count,
  falseAccepts: count,
  falseRejects: count,
  errors: count,
  requestBytes: count,
  responseBytes: count,
  credentialBytes: count.optional(),
  /** Commands that Redis ran during the counted slices, by name; absent where Redis cannot be asked. */
  redisCommands: z.record(z.string(), count).optional(),
  /** User-space instructions of the servers per request, counted in a pass of its own; absent where they are not counted. */
  instructionsPerRequest: z.number().optional(),
  /** CPU time that each request cost on top, where a cost was put in. */
  injectedMicroseconds: z.number().optional(),
});
export type SliceFacts = z.infer<typeof sliceFactsSchema>;
