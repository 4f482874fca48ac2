// Unit tests run anywhere. The real ones start a Redis, a balancer and servers of their own; whole runs look for whatever a run left
// behind on this machine, and so have it to themselves.
import { defineConfig } from 'vitest/config';

const wholeRuns = ['tests/real/{run,compare,bad-input}.test.ts'];
const patient = { testTimeout: 120_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], sequence: { groupOrder: 0 } } },
      {
        test: {
          name: 'real',
          include: ['tests/real/**/*.test.ts'],
          exclude: wholeRuns,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          ...patient,
        },
      },
      {
        test: {
          name: 'whole runs',
          include: wholeRuns,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          ...patient,
        },
      },
    ],
  },
});
