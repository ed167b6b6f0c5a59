// A signal for a container. One that is to end it ends what its policy wants as
// well: it is not started again.

import { constants } from 'node:os'

import type { Container } from './container.ts'
import { noteEvent } from './event.ts'
import { unpause } from './pause.ts'
import { signalProcess } from './signal-process.ts'
import { readState } from './state.ts'
import { markStopped, waitForEnd } from './stop-container.ts'

/** Sends it; answers whether there was anybody to get it. */
export async function killContainer(
  container: Container,
  signal: NodeJS.Signals,
): Promise<boolean> {
  const isEnd = signal === container.record.stopSignal
  const isKill = signal === 'SIGKILL'
  const state = readState(container)
  if (isKill || isEnd) markStopped(container)
  const number = constants.signals[signal]
  const sent = signalProcess(state, number)
  if (!sent && state.status !== 'restarting') return false
  noteEvent(container, 'kill', { signal: `${number}` })
  // what stands still hears nothing
  if (state.status === 'paused' && (isKill || isEnd)) unpause(container)
  if (isKill || !sent) await waitForEnd(container)
  return true
}
