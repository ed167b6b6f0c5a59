// Counts what vitest reports as JSON: `node test/count.ts report.json…` names
// what has failed, prints one line, and fails where a test has failed or in one
// report none ran; but the virtual machine's may say that all of it is skipped.

import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

interface Result {
  readonly status: string
  readonly fullName: string
  readonly failureMessages?: readonly string[] | null
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly Result[]
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

/** What failed, a paragraph each: its file, its name, why. */
function failuresIn({ testResults }: Report): string[] {
  return testResults.flatMap(
    ({ name, status, message, assertionResults }) => {
      const file = relative(process.cwd(), name)
      const own = assertionResults
        .filter((result) => result.status === 'failed')
        .map(({ fullName, failureMessages }) =>
          paragraph(`${file} › ${fullName}`, failureMessages?.join('\n')),
        )
      return status === 'failed' && own.length === 0
        ? [paragraph(file, message)]
        : own
    },
  )
}

function paragraph(title: string, why = ''): string {
  const lines = stripVTControlCharacters(why).split('\n').slice(0, 30)
  return [`failed: ${title}`, ...lines.map((line) => `    ${line}`)].join(
    '\n',
  )
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
for (const failure of reports.flatMap(failuresIn)) console.log(failure)
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
