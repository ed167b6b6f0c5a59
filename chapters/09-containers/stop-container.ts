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
import { readJson, writeJson } from './record.ts'
import { signalProcess, waitForProcess } from './signal-process.ts'
import { isHeld, type RunNote, readState } from './state.ts'

const cleanUpMs = 10_000

// #region stop-container
/**
 * Sends the signal, waits, and kills what is still there. A negative timeout
 * waits for ever; answers whether it ran at all.
 */
export async function stopContainer(
  container: Container,
  { signal, timeoutSeconds }: { signal: number; timeoutSeconds: number },
): Promise<boolean> {
  const state = readState(container)
  if (state.pid === 0) return false
  markStopped(container)
  const timeoutMs = timeoutSeconds < 0 ? 2 ** 31 - 1 : timeoutSeconds * 1000
  const ended =
    signalProcess(state, signal) && waitForProcess(state, timeoutMs)
  if (!ended) await killAll(container)
  await waitForEnd(container)
  return true
}

/** Kills every process of it at once. */
export async function killAll(container: Container): Promise<void> {
  signalProcess(readState(container), constants.signals.SIGKILL)
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
    if (Date.now() > end)
      throw new RockerError('busy', `wait for ${container.record.name}`, {
        hint: 'its processes are gone, but its monitor is not: is it stopped?',
      })
    await sleep(pauseMs)
  }
}

/** Whoever restarts it sees that somebody wanted its end. */
export function markStopped({ folder }: Container): void {
  const path = join(folder, 'state.json')
  try {
    writeJson(path, { ...readJson<RunNote>(path), stopped: true })
  } catch {
    rmSync(`${path}.new`, { force: true }) // one with --rm is not restarted
  }
}
