// What came of a container's probes, as its monitor has noted it.
//
//   1795326000.123456789 1795326000.125456789 1 2 starting 8
//   no luck
//
// A record is a line (when it began and ended, its answer, how many failed in a
// row, the status, how long the output is), the output, and a line feed.
// native/health.h has the format.

import { readFileSync } from 'node:fs'

import type { Container } from '../09-containers/container.ts'
import { type ContainerState, isoTime } from '../09-containers/state.ts'

import { healthFiles, probeOf } from './health-check.ts'

export type HealthStatus = 'starting' | 'healthy' | 'unhealthy'

/** How a container is, and how its last probes went. */
export interface Health {
  readonly status: HealthStatus
  readonly failingStreak: number
  /** The last five, the oldest first; of earlier runs too. */
  readonly log: readonly HealthResult[]
}

/** What came of one probe. */
export interface HealthResult {
  /** ISO 8601 */
  readonly start: string
  readonly end: string
  /** An exit status; `timeout`; or `2@1:13`, errno 2 of call 13 in list 1. */
  readonly answer: string
  readonly failingStreak: number
  readonly status: HealthStatus
  readonly output: Buffer
  /** There was more output than is kept. */
  readonly hadMore: boolean
}

const shown = 5

/**
 * How it is; nothing where it is not asked, or has never run. Docker calls a
 * container that has ended unhealthy.
 */
export function readHealth(
  { folder, record }: Pick<Container, 'folder' | 'record'>,
  { status, startedAt }: Pick<ContainerState, 'status' | 'startedAt'>,
): Health | undefined {
  if (!probeOf(record.health) || !(Date.parse(startedAt) > 0))
    return undefined
  // in this order: the log may become the older one between the two
  const [last, older] = [healthFiles.log, healthFiles.older].map((name) =>
    readResults(readBytes(`${folder}/${name}`)),
  )
  const log = [...(older ?? []), ...(last ?? [])].slice(-shown)
  const now = log.at(-1)
  const isOfThisRun = now !== undefined && now.start >= startedAt
  const known = isOfThisRun ? now.status : 'starting'
  return {
    status:
      status === 'running' || status === 'paused' ? known : 'unhealthy',
    failingStreak: isOfThisRun ? now.failingStreak : 0,
    log,
  }
}

const line =
  /^(\d{1,11})\.(\d{9}) (\d{1,11})\.(\d{9}) (\d{1,3}|timeout|\d+@(?:\d+:\d+)?) (\d+) (starting|healthy|unhealthy) (\d{1,4})(\+?)$/

/** All records that are whole; where one is damaged, those before it. */
export function readResults(bytes: Buffer): HealthResult[] {
  const results: HealthResult[] = []
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\n', at)
    const found = line.exec(bytes.toString('latin1', at, Math.max(end, at)))
    const length = Number(found?.[8])
    if (!found || bytes[end + 1 + length] !== 10) return results
    const [, from, fromNanos, to, toNanos, answer = '', streak, status] =
      found
    results.push({
      start: isoTime(`${from} ${fromNanos}`),
      end: isoTime(`${to} ${toNanos}`),
      answer,
      failingStreak: Number(streak),
      status: status as HealthStatus,
      output: bytes.subarray(end + 1, end + 1 + length),
      hadMore: found[9] === '+',
    })
    at = end + 1 + length + 1
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    return Buffer.of()
  }
}
