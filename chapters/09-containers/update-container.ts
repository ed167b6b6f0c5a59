// New limits and another policy, for a container that is there: what runs feels
// them at once, and the next run has them too.

import { join } from 'node:path'

import type { Syscall } from '../01-syscalls/syscall.ts'
import { play } from '../02-process/shim.ts'
import { writeFile } from '../02-process/write-file.ts'
import { type Cgroups, findCgroups } from '../06-cgroups/cgroup.ts'
import { versionOf } from '../06-cgroups/cgroup-plan.ts'
import type { Limits } from '../06-cgroups/limits.ts'

import { cgroupOf } from './cgroup-part.ts'
import { changeRecord } from './change-record.ts'
import type { Container } from './container.ts'
import { type RestartPolicy, writeJson } from './record.ts'
import { limitsOf, resourcesOf } from './resources.ts'
import { setAskedAtEnd } from './restart.ts'
import { readNote, readState } from './state.ts'

/** What is to be different. */
export interface Update {
  readonly limits: Limits
  /** There is to be no limit of processes any more. */
  readonly unlimitedPids?: boolean
  readonly restart?: RestartPolicy | undefined
}

/** First the kernel is asked, which may refuse; then it is written down. */
export async function updateContainer(
  container: Container,
  update: Update,
): Promise<void> {
  const { folder, spec } = container
  const cgroups = findCgroups()
  if (readState(container).pid > 0)
    await limitNow(container, limitCalls(container, cgroups, update))
  const { pids, ...others } = limitsOf(spec.linux.resources)
  const kept = update.unlimitedPids || pids === undefined ? {} : { pids }
  const { devices } = spec.linux.resources
  const resources = {
    ...resourcesOf({ ...others, ...kept, ...update.limits }),
    ...(devices ? { devices } : {}),
  }
  writeJson(join(folder, 'config.json'), {
    ...spec,
    linux: { ...spec.linux, resources },
  })
  if (update.restart) await setRestart(container, update.restart)
}

// memory with swap is never less than memory: in v1, where it grows, it is first
function limitCalls(
  container: Container,
  cgroups: Cgroups,
  { limits, unlimitedPids }: Update,
): Syscall[] {
  const name = cgroupOf(container)
  const { memorySwapBytes } = limits
  const swapFirst =
    cgroups.version === 1 && grows(container, limits) && memorySwapBytes
      ? [{ memorySwapBytes }]
      : []
  const pids = `${cgroups.controllers.pids}/${name}/pids.max`
  return [
    ...[...swapFirst, limits].flatMap((some) =>
      versionOf(cgroups).limit(cgroups, name, some),
    ),
    ...(unlimitedPids && cgroups.controllers.pids
      ? writeFile(pids, 'max')
      : []),
  ]
}

function grows({ spec }: Container, { memoryBytes = 0 }: Limits): boolean {
  const now = spec.linux.resources.memory?.limit // none: it was all there is
  return now !== undefined && memoryBytes > now
}

async function limitNow(
  container: Container,
  main: readonly Syscall[],
): Promise<void> {
  if (main.length === 0) return
  const { failure } = await play({ main, after: [] })
  if (failure?.errnoName === 'ENOENT' && readState(container).pid === 0)
    return // it has ended meanwhile
  if (failure) throw failure
}

async function setRestart(
  container: Container,
  restart: RestartPolicy,
): Promise<void> {
  const { folder } = container
  await changeRecord(container, (record) => ({ ...record, restart }))
  const isStopped = readNote(folder)?.stopped ?? true
  setAskedAtEnd(folder, restart.name !== 'no' && !isStopped)
}
