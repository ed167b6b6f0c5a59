// A container that goes with its end is to start again: its monitor would
// remove it. So it is told before, and goes on with the same folder and lock.

import { setTimeout as sleep } from 'node:timers/promises'

import type { Container } from './container.ts'
import { setAskedAtEnd } from './restart.ts'
import { bootId, isHeld, readState, writeNote } from './state.ts'
import { endProcess, type StopWishes } from './stop-container.ts'

const pauseMs = 10

/** Ends it; answers whether it runs again. */
export async function restartInPlace(
  container: Container,
  how: StopWishes,
): Promise<boolean> {
  const { folder } = container
  const before = readState(container)
  writeNote(folder, {
    bootId: bootId(),
    restartCount: 0,
    error: '',
    exitCode: 0,
    stopped: false,
    asked: true,
  })
  setAskedAtEnd(folder, true)
  await endProcess(container, how)
  for (;;) {
    const { status, pid } = readState(container)
    if (status === 'running' && pid !== before.pid) return true
    if (!isHeld(container)) return false
    await sleep(pauseMs)
  }
}
