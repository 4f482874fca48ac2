// What a checkout brings up for a comparison, by its own code: a head that has a setting or a route more asks nothing of base that
// base does not know. What passes between the two is all in this file.
import { z } from 'zod';
import { algorithms } from '../../servers/tokens/algorithms.ts';

/** What is asked of a checkout; one more version may follow, and checkouts that know none are driven by the code that compares. */
export const checkoutOptionsSchema = z.object({
  version: z.literal(1),
  /** Of the run that compares: on the command line of all that is started, and the directory of its files. */
  mark: z.string(),
  directory: z.string(),
  strategy: z.string(),
  algorithm: z.enum(algorithms),
  /** How many users are to hold a credential, and how many of these credentials are to be revoked, the first ones. */
  users: z.number().int(),
  revoked: z.number().int(),
  /** A checkout that does not know it ignores it. */
  v8Flags: z.array(z.string()).default([]),
  /** The file that the answer is written to. */
  answer: z.string(),
});
export type CheckoutOptions = z.infer<typeof checkoutOptionsSchema>;

/** Where all this stands in a checkout. */
export const checkoutContract = 'bench/rig/checkout.ts';

const processSchema = z.object({ url: z.string(), pid: z.number().int(), cpuPort: z.number().int().nullable() });

/** What stands then, and what it issued. */
export const checkoutAnswerSchema = z.object({
  instances: z.array(processSchema),
  authorizationServers: z.array(processSchema),
  redis: z.object({ url: z.string(), pid: z.number().int() }),
  credentials: z.array(
    z.object({
      user: z.string(),
      header: z.enum(['authorization', 'cookie', 'x-user']),
      value: z.string(),
    }),
  ),
});
export type CheckoutAnswer = z.infer<typeof checkoutAnswerSchema>;

/** Where it stands in a checkout that can bring itself up. */
export const checkoutProcess = 'bench/rig/checkout-process.ts';
