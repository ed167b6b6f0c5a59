// Two projects: what touches the kernel runs one file after the other, after
// the rest and in the main thread of its own process; the rest runs side by
// side. In CI, and on a slow machine, one that fails is tried twice more: of
// thousands one may meet a busy moment; a fault it meets each time.

import { defineConfig } from 'vitest/config'

import { patience } from './support/patience.ts'

const root = new URL('..', import.meta.url).pathname
const ignored = ['**/node_modules/**', 'workshop/**', 'docs/**']

const retry = process.env.CI || patience > 1 ? 2 : 0

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
          retry,
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
          retry,
          testTimeout: 60_000 * patience,
          hookTimeout: 120_000 * patience,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
