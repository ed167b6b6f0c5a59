// Plays a plan, and gathers what it prints.
//
//   const { status, stdout } = await played({ main, after: [] })

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

import type { Plan } from '../../chapters/02-process/plan.ts'
import type { Descriptors } from '../../chapters/02-process/plan-file.ts'
import {
  type Outcome,
  play,
  type Streams,
} from '../../chapters/02-process/shim.ts'

export interface Played extends Outcome {
  readonly stdout: string
  readonly stderr: string
}

/** A plan to the end, with /dev/null or `streams.stdio` as its input. */
export async function played(
  plan: Plan,
  streams: Streams = {},
  descriptors: Descriptors = {},
): Promise<Played> {
  const out: Buffer[] = []
  const err: Buffer[] = []
  const outcome = await play(plan, descriptors, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...streams,
    started(shim) {
      shim.stdout?.on('data', (bytes: Buffer) => out.push(bytes))
      shim.stderr?.on('data', (bytes: Buffer) => err.push(bytes))
      streams.started?.(shim)
    },
  })
  return {
    ...outcome,
    stdout: Buffer.concat(out).toString(),
    stderr: Buffer.concat(err).toString(),
  }
}

/**
 * The shim with the compiler's sanitizers in it: a wrong step in memory ends it
 * with a report. It is built where that has not been done.
 */
export function sanitizedShim(): string {
  const native = join(import.meta.dirname, '../../native')
  execFileSync('make', ['--silent', '-C', native, 'sanitized'])
  // a child of clone3 is nothing that its look for leaks can deal with
  process.env.ASAN_OPTIONS = 'detect_leaks=0'
  return join(native, 'build/shim-sanitized')
}
