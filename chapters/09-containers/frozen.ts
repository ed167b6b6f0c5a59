// Whether a container is paused: its cgroup says so.
//
// Finding the cgroups takes longer than all the rest of `ps`. So the letter of
// the process is looked at first: v1 freezes a process as if it could not be
// disturbed (D), v2 lets it look asleep (S).
//
// Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst, cgroup-v2.rst

import { existsSync } from 'node:fs'

import { findCgroups } from '../06-cgroups/cgroup.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'

import { cgroupOf } from './cgroup-part.ts'
import type { Container } from './container.ts'

const usualRoot = '/sys/fs/cgroup'

/** By the letter of its process in /proc/PID/stat, and its cgroup's files. */
export function isFrozen(
  container: Pick<Container, 'spec'>,
  letter?: string,
): boolean {
  if (letter === 'R') return false
  if (letter === 'S' && !hasUsualV2()) return false
  const name = cgroupOf(container)
  if (letter === 'S') {
    const events = readText(`${usualRoot}/${name}/cgroup.events`)
    if (events) return events.includes('frozen 1')
  }
  const { version, controllers, unified } = findCgroups()
  return version === 2
    ? readText(`${unified}/${name}/cgroup.events`).includes('frozen 1')
    : readText(`${controllers.freezer}/${name}/freezer.state`).startsWith(
        'FRO',
      )
}

let usualV2: boolean | undefined

function hasUsualV2(): boolean {
  usualV2 ??= existsSync(`${usualRoot}/cgroup.controllers`)
  return usualV2
}
