// The end of a container, asked for from outside: politely, then not.

import { rmSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { findCgroups } from '../06-cgroups/cgroup.ts'
import { versionOf } from '../06-cgroups/cgroup-plan.ts'

import { cgroupOf } from './cgroup-part.ts'
import type { Container } from './container.ts'
import { noteEvent } from './event.ts'
import { unpause } from './pause.ts'
import { readJson, writeJson } from './record.ts'
import { endWaiting, setAskedAtEnd } from './restart.ts'
import { signalProcess, waitForProcess } from './signal-process.ts'
import { isHeld, type RunNote, readState } from './state.ts'

const cleanUpMs = 10_000

// #region stop-container
/**
 * Sends the signal, waits, and kills what is still there. A negative
 * timeout waits for ever; answers whether it ran at all.
 */
export async function stopContainer(
  container: Container,
  { signal, timeoutSeconds }: { signal: number; timeoutSeconds: number },
): Promise<boolean> {
  if (!isHeld(container)) return false
  markStopped(container)
  await endProcess(container, { signal, timeoutSeconds })
  await waitForEnd(container)
  noteEvent(container, 'stop')
  return true
}

async function endProcess(
  container: Container,
  { signal, timeoutSeconds }: { signal: number; timeoutSeconds: number },
): Promise<void> {
  const state = readState(container)
  if (state.pid === 0) return
  const timeoutMs = timeoutSeconds < 0 ? 2 ** 31 - 1 : timeoutSeconds * 1000
  const sent = signalProcess(state, signal)
  noteEvent(container, 'kill', { signal: `${signal}` })
  if (state.status === 'paused') unpause(container)
  if (sent && waitForProcess(state, timeoutMs)) return
  await killAll(container)
}

/** Kills every process of it at once. */
export async function killAll(container: Container): Promise<void> {
  const { SIGKILL } = constants.signals
  if (signalProcess(readState(container), SIGKILL))
    noteEvent(container, 'kill', { signal: `${SIGKILL}` })
  const cgroups = findCgroups()
  await versionOf(cgroups).kill(cgroups, cgroupOf(container))
}
// #endregion stop-container

/** Until its monitor has removed what was for this run. */
export async function waitForEnd(
  container: Container,
  timeoutMs = cleanUpMs,
): Promise<void> {
  const end = Date.now() + timeoutMs
  for (
    let pauseMs = 1;
    isHeld(container);
    pauseMs = Math.min(pauseMs * 2, 20)
  ) {
    if (endWaiting(container)) continue
    if (Date.now() > end)
      throw new RockerError('busy', `wait for ${container.record.name}`, {
        hint: 'its processes are gone, but its monitor is not: is it stopped?',
      })
    await sleep(pauseMs)
  }
}

/** Somebody wants its end: no policy starts it again. */
export function markStopped({ folder }: Container): void {
  setAskedAtEnd(folder, false)
  const path = join(folder, 'state.json')
  try {
    writeJson(path, { ...readJson<RunNote>(path), stopped: true })
  } catch {
    rmSync(`${path}.new`, { force: true }) // one with --rm is not restarted
  }
}
