// A vitest reporter that writes one file: see test-report.ts.

import { writeFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'

import type { SerializedError } from 'vitest'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

import {
  type Failure,
  reportVariable,
  type TestLine,
  type TestReport,
} from './test-report.ts'

const mostLines = 20

// #region reporter
/** vitest is given the path of this file, and takes its default export. */
export default class LearnReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    errors: readonly SerializedError[],
  ): void {
    const report: TestReport = {
      tests: modules.flatMap(({ children }) =>
        [...children.allTests()].flatMap(testLine),
      ),
      troubles: unique(
        [...modules.flatMap(errorsOf), ...errors].map(messageOf),
      ),
    }
    const path = process.env[reportVariable]
    if (path) writeFileSync(path, JSON.stringify(report))
  }
}
// #endregion reporter

/** What happened outside of tests, while the file was loaded. */
function errorsOf(module: TestModule): SerializedError[] {
  const suites = [...module.children.allSuites()]
  return [...module.errors(), ...suites.flatMap((suite) => suite.errors())]
}

function testLine(test: TestCase): TestLine[] {
  const { state, errors } = test.result()
  if (state !== 'passed' && state !== 'failed') return []
  const file = test.module.moduleId
  const name = test.fullName
  const [error] = errors ?? []
  const failure = error && {
    ...failureOf(error, file),
    printed: printedBy(test),
  }
  return [{ file, name, ...(failure && { failure }) }]
}

/** A reader looks for a mistake with console.log: a screen of it is enough. */
function printedBy(test: TestCase): string {
  const text = test.logs().map(({ content }) => content)
  const lines = stripVTControlCharacters(text.join('')).trim().split('\n')
  return lines.slice(0, mostLines).join('\n')
}

function failureOf(error: SerializedError, test: string): Failure {
  const { diff, stacks = [] } = error
  const frame = stacks.find(
    ({ file }) => file.includes('/chapters/') && file !== test,
  )
  return {
    message: messageOf(error),
    ...(typeof diff === 'string' && {
      difference: stripVTControlCharacters(diff),
    }),
    ...(frame && { place: `${frame.file}:${frame.line}` }),
  }
}

// what is thrown on purpose says enough; "TypeError: x is not iterable"
function messageOf({ name = '', message, hint }: SerializedError): string {
  const isPlain = /^(|Assertion|Rocker|Syscall)Error$|^$/.test(name)
  const lines = [
    isPlain ? message : `${name}: ${message}`,
    ...(typeof hint === 'string' ? [`hint: ${hint}`] : []),
  ]
  return stripVTControlCharacters(lines.join('\n')).trim()
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)]
}
