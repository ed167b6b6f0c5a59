// A container that stands still: the kernel gives its processes no time.
//
// Unlike SIGSTOP they cannot see it, and cannot prevent it.
//
// linux/Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst,
// admin-guide/cgroup-v2.rst (cgroup.freeze)

import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { hasCode } from '../05-overlay/leftovers.ts'
import { findCgroups } from '../06-cgroups/cgroup.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'

import { cgroupOf } from './cgroup-part.ts'
import type { Container } from './container.ts'

const patienceMs = 10_000

/** Stops all processes of a container where they are. */
export async function pause(container: Container): Promise<void> {
  const freezer = freezerOf(container)
  const end = Date.now() + patienceMs
  do {
    freezer.freeze() // once more: who forks meanwhile is not frozen yet
    if (freezer.isFrozen()) return
    await sleep(2)
  } while (Date.now() < end)
  freezer.thaw()
  throw new RockerError('busy', `pause ${container.record.name}`, {
    hint: 'one of its processes waits for a device, and cannot be stopped there',
  })
}

/** They go on as if nothing had been; who has ended meanwhile has ended. */
export function unpause(container: Container): void {
  try {
    freezerOf(container).thaw()
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

interface Freezer {
  freeze(): void
  thaw(): void
  isFrozen(): boolean
}

function freezerOf(container: Container): Freezer {
  const { version, controllers, unified } = findCgroups()
  const name = cgroupOf(container)
  if (version === 2) {
    const write = (word: string) =>
      writeFileSync(`${unified}/${name}/cgroup.freeze`, word)
    const events = `${unified}/${name}/cgroup.events`
    return {
      freeze: () => write('1'),
      thaw: () => write('0'),
      isFrozen: () => /^frozen 1$/m.test(readText(events)),
    }
  }
  if (!controllers.freezer)
    throw new RockerError('unsupported', 'pause a container', {
      hint: 'this kernel has no freezer, or it is not mounted',
    })
  const state = `${controllers.freezer}/${name}/freezer.state`
  return {
    freeze: () => writeFileSync(state, 'FROZEN'),
    thaw: () => writeFileSync(state, 'THAWED'),
    isFrozen: () => readText(state) === 'FROZEN',
  }
}
