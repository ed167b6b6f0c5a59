// Ctrl-c, told as an AbortSignal: what is under way cleans up and ends. Who
// presses it a second time does not want to wait for that.

import { constants } from 'node:os'

import { RockerError } from '../01-syscalls/rocker-error.ts'

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs `work`, which is told when somebody wants it to end. */
export async function untilInterrupted<T>(
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController()
  const interrupt = (name: (typeof names)[number]) => {
    const exitCode = 128 + constants.signals[name]
    if (stop.signal.aborted) process.exit(exitCode)
    stop.abort(
      new RockerError('busy', `${what}: interrupted`, { exitCode }),
    )
  }
  for (const name of names) process.on(name, interrupt)
  try {
    return await work(stop.signal)
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error
  } finally {
    for (const name of names) process.off(name, interrupt)
  }
}
