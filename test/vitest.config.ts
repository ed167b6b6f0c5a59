// Two projects: what touches the kernel runs one file after the other, in the
// main process of its own fork; the rest runs side by side.

import { defineConfig } from 'vitest/config'

const root = new URL('..', import.meta.url).pathname

export default defineConfig({
  root,
  test: {
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['{chapters,test}/**/*.test.ts'],
          exclude: ['**/*.kernel.test.ts', '**/node_modules/**'],
        },
      },
      {
        root,
        test: {
          name: 'kernel',
          include: ['{chapters,test}/**/*.kernel.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
