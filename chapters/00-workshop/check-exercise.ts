// Done means: the exercise's tests pass, on the reader's code.
//
// A unit test asks for nothing, and vitest runs it as whoever the reader is. A
// test on the kernel is started as `npm test` starts it: as root, in a world of
// its own.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Placed } from './exercise.ts'
import {
  readReport,
  reportVariable,
  type TestReport,
} from './test-report.ts'
import { workshopOf } from './workshop.ts'

/** What the tests say, or why they say nothing. */
export type Checked = TestReport | 'endless' | 'stopped'

const longestMs = 120_000

// #region check-exercise
/** Runs an exercise's tests on the workshop of a book. */
export async function checkExercise(
  top: string,
  exercise: Placed,
  signal?: AbortSignal,
): Promise<Checked> {
  const folder = mkdtempSync(join(tmpdir(), 'rocker-learn-'))
  const path = join(folder, 'report.json')
  try {
    const { said, ended } = await run(top, { exercise, path, signal })
    if (ended !== 'by-itself') return ended
    return readReport(path) ?? { tests: [], troubles: [said] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function commandFor(top: string, exercise: Placed): string[] {
  const { chapter, test, only } = exercise
  return [
    ...(needsRoot(exercise) ? asNpmTest(top) : asAnybody(top)),
    join('chapters', chapter, test),
    ...(only === undefined ? [] : ['-t', only]),
    `--reporter=${join(import.meta.dirname, 'learn-reporter.ts')}`,
  ]
}

/** Whether an exercise's tests are on the kernel. */
export function needsRoot({ test }: Placed): boolean {
  return test.endsWith('.kernel.test.ts')
}
// #endregion check-exercise

/** Nothing is written to node_modules: it may be somebody else's. */
function asAnybody(top: string): string[] {
  return [
    join(top, 'node_modules/vitest/vitest.mjs'),
    ...['run', '--project', 'unit'],
    ...['--config', join(workshopOf(top), 'test/vitest.config.ts')],
    ...['--configLoader=native', '--no-cache', '--fsModuleCache=false'],
  ]
}

/** It installs what is missing, and asks for root. */
function asNpmTest(top: string): string[] {
  return [join(top, 'chapters/00-workshop/setup.mjs'), 'check']
}

interface Run {
  readonly exercise: Placed
  readonly path: string
  readonly signal: AbortSignal | undefined
}

interface Ended {
  /** What it complained of. */
  readonly said: string
  readonly ended: 'by-itself' | 'endless' | 'stopped'
}

function run(top: string, { exercise, path, signal }: Run): Promise<Ended> {
  const isRoots = needsRoot(exercise)
  const child = spawn(process.execPath, commandFor(top, exercise), {
    cwd: workshopOf(top),
    env: { ...process.env, [reportVariable]: path },
    stdio: ['inherit', 'ignore', isRoots ? 'inherit' : 'pipe'],
    detached: !isRoots, // sudo asks at the terminal
  })
  let said = ''
  let ended: Ended['ended'] = 'by-itself'
  const end = (how: Ended['ended']) => {
    ended = how
    endWithChildren(child, isRoots)
  }
  const stop = () => end('stopped')
  const timer = setTimeout(() => end('endless'), longestMs)
  process.on('SIGINT', stop)
  signal?.addEventListener('abort', stop)
  child.stderr?.on('data', (bytes) => {
    said += bytes
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => {
      clearTimeout(timer)
      process.off('SIGINT', stop)
      signal?.removeEventListener('abort', stop)
      resolve({ said, ended })
    })
  })
}

/** A loop without an end is in a process that vitest has made. */
function endWithChildren(child: ChildProcess, isRoots: boolean): void {
  if (isRoots || child.pid === undefined) child.kill('SIGTERM')
  else process.kill(-child.pid, 'SIGKILL')
}
