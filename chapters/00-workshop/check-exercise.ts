// Done means: the chapter's own test passes, on the reader's code.

import { type SpawnOptions, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Placed } from './exercise.ts'

/** How the tests of an exercise went. */
export interface Checked {
  readonly passed: boolean
  /** What the first test that failed said, without colours and paths. */
  readonly message: string
}

// #region check-exercise
/** Runs the exercise's test in a tree: the workshop, or the book itself. */
export async function checkExercise(
  tree: string,
  exercise: Placed,
): Promise<Checked> {
  const folder = mkdtempSync(join(tmpdir(), 'rocker-learn-'))
  const report = join(folder, 'report.json')
  const only = exercise.only === undefined ? [] : ['-t', exercise.only]
  const test = join('chapters', exercise.chapter, exercise.test)
  const args = [join(tree, 'test/run.ts'), test, ...only]
  const output = ['--reporter=json', `--outputFile=${report}`]
  try {
    await runAsRoot([process.execPath, ...args, ...output], tree)
    return readReport(readFileSync(report, 'utf8'))
  } catch (error) {
    return { passed: false, message: `the test does not start: ${error}` }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
// #endregion check-exercise

interface VitestReport {
  readonly numPassedTests: number
  readonly success: boolean
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

function readReport(json: string): Checked {
  const report: VitestReport = JSON.parse(json)
  const failed = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find(({ failureMessages }) => failureMessages.length > 0)
  const [whole] = report.testResults
  const message = failed
    ? `${failed.fullName}\n${failed.failureMessages[0] ?? ''}`
    : (whole?.message ?? '')
  const passed = report.success && report.numPassedTests > 0
  return { passed, message: passed ? '' : plain(message) }
}

/** Without colours, and without the stack: the reader knows the file. */
function plain(message: string): string {
  return message
    .replace(/\u001b\[[0-9;]*m/g, '')
    .split('\n')
    .filter((line) => !/^\s+at /.test(line))
    .join('\n')
    .trim()
}

/** The kernel's tests need root: sudo asks, where the reader is somebody else. */
function runAsRoot(command: readonly string[], cwd: string): Promise<void> {
  const all = process.getuid?.() === 0 ? command : ['sudo', ...command]
  const [program = '', ...args] = all
  const options: SpawnOptions = {
    cwd,
    stdio: ['inherit', 'ignore', 'ignore'],
  }
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, options)
    child.on('error', reject)
    child.on('close', () => resolve())
  })
}
