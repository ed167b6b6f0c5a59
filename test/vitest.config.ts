// Two projects: what touches the kernel runs one file after the other, after
// the rest and in the main thread of its own process; the rest runs side by
// side. In CI one failed test is not tried again: it has failed.

import { defineConfig } from 'vitest/config'

import { patience } from './support/patience.ts'

const root = new URL('..', import.meta.url).pathname
const ignored = ['**/node_modules/**', 'workshop/**', 'docs/**']

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['{chapters,test,native}/**/*.test.ts'],
          exclude: ['**/*.kernel.test.ts', ...ignored],
          sequence: { groupOrder: 0 },
        },
      },
      {
        root,
        test: {
          name: 'kernel',
          include: ['{chapters,test,native}/**/*.kernel.test.ts'],
          exclude: ignored,
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 60_000 * patience,
          hookTimeout: 120_000 * patience,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
