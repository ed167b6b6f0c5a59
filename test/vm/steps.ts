// Steps that say what they do, and in the end how long each of them took.
//
// A line is added to a file after each step, so that the table is complete
// although the machine's part of it runs in another process, and may be ended.

import { appendFileSync, readFileSync } from 'node:fs'

/** What was done, and how it ended. */
export interface Step {
  readonly name: string
  readonly seconds: number
  readonly passed: boolean
}

/** The steps that were done, in a file. */
export class Steps {
  readonly path: string

  constructor(path: string) {
    this.path = path
    appendFileSync(path, '')
  }

  /** Does it, and remembers how long it took, however it ended. */
  async step<T>(name: string, act: () => T | Promise<T>): Promise<T> {
    console.log(`\n== ${name}`)
    const start = performance.now()
    let passed = false
    try {
      const result = await act()
      passed = true
      return result
    } finally {
      const seconds = (performance.now() - start) / 1000
      this.remember({ name, seconds, passed })
    }
  }

  /** Remembers what somebody else has done. */
  remember(step: Step): void {
    appendFileSync(this.path, `${JSON.stringify(step)}\n`)
  }

  /** All of them, in the order in which they ended. */
  get all(): readonly Step[] {
    const lines = readFileSync(this.path, 'utf8').trim().split('\n')
    return lines.filter(Boolean).map((line) => JSON.parse(line))
  }
}

/** A line for each step. */
export function timeTable(steps: readonly Step[]): string {
  return steps
    .map(({ name, seconds, passed }) => {
      const time = seconds.toFixed(0).padStart(5)
      return `${time} s  ${passed ? '✓' : '✗'} ${name}`
    })
    .join('\n')
}

/** The steps as tests, in the form that test/count.ts reads. */
export function asReport(steps: readonly Step[]): string {
  const statuses = steps.map(({ name, passed }) => ({
    title: name,
    status: passed ? 'passed' : 'failed',
  }))
  const status = steps.every(({ passed }) => passed) ? 'passed' : 'failed'
  return JSON.stringify({
    testResults: [{ name: 'vm', status, assertionResults: statuses }],
  })
}
