// Counts what vitest reports as JSON: `node test/count.ts report.json` prints
// one line, and fails where a test has failed or none ran.

import { readFileSync } from 'node:fs'

interface Report {
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/** A file that could not be loaded is one failure; todo counts as skipped. */
function count({ testResults }: Report) {
  const statuses = testResults.flatMap(({ status, assertionResults }) => {
    const own = assertionResults.map((result) => result.status)
    return status === 'failed' && !own.includes('failed')
      ? [...own, 'failed']
      : own
  })
  const passed = statuses.filter((status) => status === 'passed').length
  const failed = statuses.filter((status) => status === 'failed').length
  return { passed, failed, skipped: statuses.length - passed - failed }
}

function read(path: string): Report {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { testResults: [] } // vitest did not come so far
  }
}

const { passed, failed, skipped } = count(read(process.argv[2] ?? ''))
console.log(`tests: ${passed} passed, ${failed} failed, ${skipped} skipped`)
if (failed > 0 || passed === 0) process.exitCode = 1
