// Counts what vitest reports as JSON: `node test/count.ts report.json…` prints
// one line, and fails where a test has failed or in one report none ran; but
// the virtual machine's may say that all of it is skipped.

import { readFileSync } from 'node:fs'

interface Report {
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/** A file that could not be loaded is one failure. */
function statusesIn({ testResults }: Report): string[] {
  return testResults.flatMap(({ status, assertionResults }) => {
    const own = assertionResults.map((result) => result.status)
    return status === 'failed' && !own.includes('failed')
      ? [...own, 'failed']
      : own
  })
}

/** A report that is not there has no results: its tests did not come so far. */
function read(path: string): Report {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { testResults: [] }
  }
}

const reports = process.argv.slice(2).map(read)
const statuses = reports.flatMap(statusesIn)
const passed = statuses.filter((status) => status === 'passed').length
const failed = statuses.filter((status) => status === 'failed').length
const skipped = statuses.length - passed - failed // todo, too
console.log(`tests: ${passed} passed, ${failed} failed, ${skipped} skipped`)

const ran = reports.map(
  (report) =>
    statusesIn(report).includes('passed') ||
    report.testResults.some(({ status }) => status === 'skipped'),
)
if (failed > 0 || ran.includes(false)) process.exitCode = 1
