// How much each profile measures. Work is fixed in requests, not in seconds: fixed work repeats better.

export interface Profile {
  /** Whether its figures are a measurement, or only show that everything runs. */
  readonly measurement: boolean;
  /** Shuffled passes over all cells: the number of trials behind each estimate. */
  readonly blocks: number;
  /** Distinct users whose credentials a load picks from. */
  readonly users: number;
  readonly connections: number;
  /** Requests per trial, by experiment. */
  readonly throughput: Work;
  /** Each list: how many tokens are revoked, and the share of requests that present one of them. */
  readonly revocation: Work & { readonly lists: readonly (readonly [revokedTokens: number, revokedShare: number])[] };
  /** Per instance, for each has a share of a core of its own; requests in each of two turns. */
  readonly scale: Work & { readonly instances: readonly number[]; readonly connections: number };
  readonly login: Work & { readonly accounts: number };
  /** Milliseconds that tinybench spends on each task. */
  readonly operationMilliseconds: number;
}

interface Work {
  readonly warmUp: number;
  readonly requests: number;
}

export const profiles = {
  smoke: {
    measurement: false,
    blocks: 1,
    users: 100,
    connections: 8,
    throughput: { warmUp: 100, requests: 400 },
    revocation: {
      warmUp: 100,
      requests: 400,
      lists: [
        [0, 0],
        [1_000, 0.5],
      ],
    },
    scale: { warmUp: 40, requests: 100, instances: [1, 2], connections: 8 },
    login: { warmUp: 0, requests: 4, accounts: 2 },
    operationMilliseconds: 10,
  },
  quick: {
    measurement: true,
    blocks: 3,
    users: 10_000,
    connections: 32,
    throughput: { warmUp: 4_000, requests: 17_000 },
    revocation: {
      warmUp: 4_000,
      requests: 6_000,
      lists: [
        [0, 0],
        [10_000, 0.01],
        [10_000, 0.5],
        [1_000_000, 0.01],
      ],
    },
    scale: { warmUp: 2_000, requests: 800, instances: [1, 2, 4], connections: 64 },
    login: { warmUp: 4, requests: 24, accounts: 8 },
    operationMilliseconds: 100,
  },
  full: {
    measurement: true,
    blocks: 10,
    users: 20_000,
    connections: 32,
    throughput: { warmUp: 30_000, requests: 40_000 },
    revocation: {
      warmUp: 20_000,
      requests: 30_000,
      lists: [
        [0, 0],
        [10_000, 0],
        [10_000, 0.01],
        [10_000, 0.5],
        [1_000_000, 0],
        [1_000_000, 0.01],
        [1_000_000, 0.5],
      ],
    },
    scale: { warmUp: 20_000, requests: 6_000, instances: [1, 2, 4], connections: 64 },
    login: { warmUp: 20, requests: 150, accounts: 20 },
    operationMilliseconds: 1_000,
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;
