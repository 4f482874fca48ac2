// Unit tests run anywhere. The real ones start a Redis, a balancer and servers of their own: a few at a time, for two cores are all that
// there may be, and a server that gets no CPU for half a second is right to say that it cannot tell. The files of a worker share their
// modules, for loading them anew took two thirds of the time: what a file mocks, it takes back.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    isolate: false,
    projects: [
      { test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], sequence: { groupOrder: 0 } } },
      {
        test: {
          name: 'real',
          include: ['tests/real/**/*.test.ts'],
          maxWorkers: 3,
          maxConcurrency: 2,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      // One command of the page after the other; `npm run test:containers` alone asks for it.
      {
        test: {
          name: 'containers',
          include: ['tests/containers/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 300_000,
          bail: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
