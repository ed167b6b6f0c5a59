// The end of a container, asked for from outside: politely, then not.

import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { findCgroups } from '../06-cgroups/cgroup.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'
import { versionOf } from '../06-cgroups/cgroup-plan.ts'

import { cgroupOf } from './cgroup-part.ts'
import type { Container } from './container.ts'
import { noteEvent } from './event.ts'
import { unpause } from './pause.ts'
import { parseStat } from './process-stat.ts'
import type { ContainerRecord } from './record.ts'
import { endWaiting, setAskedAtEnd } from './restart.ts'
import { signalProcess, waitForProcess } from './signal-process.ts'
import {
  type ContainerState,
  isHeld,
  readNote,
  readState,
  writeNote,
} from './state.ts'

const cleanUpMs = 10_000
const roundMs = 100

/** How a container is ended. */
export interface StopWishes {
  readonly signal: number
  /** Before it is killed; a negative one waits for ever. */
  readonly timeoutSeconds: number
}

// #region stop-container
/**
 * Sends the signal, waits, and kills what is still there. A negative
 * timeout waits for ever; answers whether it ran at all.
 */
export async function stopContainer(
  container: Container,
  { signal, timeoutSeconds }: StopWishes,
): Promise<boolean> {
  if (!isHeld(container)) return false
  markStopped(container)
  await endProcess(container, { signal, timeoutSeconds })
  await waitForEnd(container)
  noteEvent(container, 'stop')
  return true
}

/** Its process ends; what its monitor does then is not waited for. */
export async function endProcess(
  container: Container,
  { signal, timeoutSeconds }: StopWishes,
): Promise<void> {
  const state = await begun(container)
  if (state.pid === 0) return
  const timeoutMs = timeoutSeconds < 0 ? 2 ** 31 - 1 : timeoutSeconds * 1000
  const sent = signalNoted(container, state, signal)
  if (state.status === 'paused') unpause(container)
  if (sent && waitForProcess(state, timeoutMs)) return
  await killAll(container)
}

/** Kills every process of it at once: with their process 1 they all go. */
async function killAll(container: Container): Promise<void> {
  const { SIGKILL } = constants.signals
  const state = readState(container)
  if (signalNoted(container, state, SIGKILL)) {
    if (state.status === 'paused') unpause(container)
    return
  }
  const cgroups = findCgroups() // it was not noted yet who is in there
  await versionOf(cgroups).kill(cgroups, cgroupOf(container))
}
// #endregion stop-container

/** Noted before it is sent: the end that it brings is noted by another. */
function signalNoted(
  container: Container,
  state: ContainerState,
  signal: number,
): boolean {
  if (state.pid === 0) return false
  noteEvent(container, 'kill', { signal: `${signal}` })
  return signalProcess(state, signal)
}

/** Its state, as soon as it has begun to run, or has not. */
async function begun(container: Container): Promise<ContainerState> {
  const end = Date.now() + cleanUpMs
  for (;;) {
    const state = readState(container)
    if (state.status !== 'starting' || Date.now() > end) return state
    await sleep(5)
  }
}

/** Kills it, and once more where it had not begun before. */
export async function killForGood(container: Container): Promise<void> {
  const end = Date.now() + cleanUpMs
  for (let last = ''; Date.now() < end; ) {
    const { status } = readState(container)
    if (status !== last) await killAll(container)
    last = status
    if (await hasEnded(container, roundMs)) return
  }
  throw stillWatched(container)
}

/** Of a container that cannot be read, this much is known. */
type Watched = Pick<Container, 'runFolder'> & {
  readonly record: Pick<ContainerRecord, 'name'>
}

/** Until its monitor has removed what was for this run. */
export async function waitForEnd(container: Watched): Promise<void> {
  if (!(await hasEnded(container, cleanUpMs))) throw stillWatched(container)
}

async function hasEnded(
  container: Watched,
  timeoutMs: number,
): Promise<boolean> {
  const end = Date.now() + timeoutMs
  for (
    let pauseMs = 1;
    isHeld(container);
    pauseMs = Math.min(pauseMs * 2, 20)
  ) {
    if (endWaiting(container)) continue
    if (Date.now() > end) return false
    await sleep(pauseMs)
  }
  return true
}

function stillWatched(container: Watched): RockerError {
  const monitor = `its monitor${numberOf(container)}`
  return new RockerError('busy', `wait for ${container.record.name}`, {
    hint: `its processes are gone, but ${monitor} is not: is it stopped?`,
  })
}

/** Its child has ended, and waits for it: so the child's line names it. */
function numberOf({ runFolder }: Watched): string {
  const [, line = ''] = readText(`${runFolder}/process`).split('\n')
  const status = readText(`/proc/${parseStat(line)?.pid}/status`)
  const parent = /^PPid:\s+(\d+)$/m.exec(status)?.[1]
  return parent ? `, process ${parent},` : ''
}

/** Somebody wants its end: no policy starts it again. */
export function markStopped({ folder, record }: Container): void {
  // one that goes with its end may have more to take along than its plan knows
  if (!record.autoRemove) setAskedAtEnd(folder, false)
  try {
    const note = readNote(folder)
    if (note) writeNote(folder, { ...note, stopped: true })
  } catch {} // it is gone, or damaged: nobody starts it again
}
