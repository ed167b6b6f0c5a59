// Steps that say what they do, and in the end how long each of them took.
//
// A line is added to a file after each step, so that the table is complete
// although the machine's part of it runs in another process, and may be ended.

import { appendFileSync, readFileSync } from 'node:fs'

/** What was done, and how it ended. */
export interface Step {
  readonly name: string
  readonly seconds: number
  readonly status: 'passed' | 'failed' | 'skipped'
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
    let status: Step['status'] = 'failed'
    try {
      const result = await act()
      status = 'passed'
      return result
    } finally {
      const seconds = (performance.now() - start) / 1000
      this.remember({ name, seconds, status })
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

const signs = { passed: '✓', failed: '✗', skipped: '–' }

/** A line for each step. */
export function timeTable(steps: readonly Step[]): string {
  return steps
    .map(({ name, seconds, status }) => {
      const time = seconds.toFixed(0).padStart(5)
      return `${time} s  ${signs[status]} ${name}`
    })
    .join('\n')
}

/** The steps as tests, in the form that test/count.ts reads. */
export function asReport(steps: readonly Step[]): string {
  const has = (status: Step['status']) =>
    steps.some((step) => step.status === status)
  const done = has('passed') ? 'passed' : 'skipped'
  const status = has('failed') ? 'failed' : done
  const assertionResults = steps.map(({ name, status }) => ({
    title: name,
    status,
  }))
  return JSON.stringify({
    testResults: [{ name: 'vm', status, assertionResults }],
  })
}
