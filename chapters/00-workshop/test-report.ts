// What a run of tests says to a reader, instead of to a developer.

import { existsSync, readFileSync } from 'node:fs'

import { isStubError } from './stub.ts'

export interface TestReport {
  readonly tests: readonly TestLine[]
  /** What kept a file from being loaded; usually a slip in its syntax. */
  readonly troubles: readonly string[]
}

/** One test that was run. */
export interface TestLine {
  readonly file: string
  /** As vitest's -t looks for it: `a lock > is held by one` */
  readonly name: string
  readonly failure?: Failure
}

/** Without colours and stacks: where it was in a chapter is enough. */
export interface Failure {
  readonly message: string
  readonly difference?: string
  /** `/…/chapters/04-rootfs/mount.ts:39` */
  readonly place?: string
  /** By console.log, while this test ran. */
  readonly printed?: string
}

/** The variable that tells the reporter where to write. */
export const reportVariable = 'ROCKER_LEARN_REPORT'

/** Undefined where the tests did not come so far. */
export function readReport(path: string): TestReport | undefined {
  if (!existsSync(path)) return undefined
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** All ran, and there was one. */
export function hasPassed({ tests, troubles }: TestReport): boolean {
  return (
    troubles.length === 0 &&
    tests.length > 0 &&
    tests.every(({ failure }) => failure === undefined)
  )
}

/** What is missing altogether is told before what is wrong. */
export function firstFailed(
  tests: readonly TestLine[],
): TestLine | undefined {
  return (
    tests.find(({ failure }) => isStubError(failure?.message ?? '')) ??
    tests.find(({ failure }) => failure)
  )
}
