// Whether a container is well: by a timer its monitor plays a list, as `exec`
// would, and no Node is started for it.
//
//   monitor ──▶ joiner ──▶ probe     a child of the monitor: it reads what the
//      ▲          (ends)     │       probe prints, waits for it, and kills it
//      └─────────────────────┘       when its time is over
//
// native/health.c has the timer and what docker makes of the answers.
//
// docs.docker.com/reference/dockerfile/#healthcheck

import {
  inside as bytesOf,
  flags,
  lengthOf,
  type Result,
  result,
  type Syscall,
  step,
} from '../01-syscalls/syscall.ts'
import { cloneSibling, lifeline } from '../02-process/run-process.ts'
import { takeStreams } from '../02-process/streams.ts'
import { cgroupOf, cgroupsOf } from '../09-containers/cgroup-part.ts'
import type { Container } from '../09-containers/container.ts'
import { eventPieces, eventsPath } from '../09-containers/event.ts'
import { letGo } from '../09-containers/let-go.ts'
import type { Probe } from '../09-containers/monitor.ts'
import type { Part } from '../09-containers/part.ts'
import { ownerOf } from '../09-containers/streams-part.ts'

import { withProcess } from './exec-process.ts'
import { healthFiles, probeOf, usualCheck } from './health-check.ts'
import { inside } from './inside.ts'
import { joinNamespaces } from './join.ts'
import { placesOf } from './places.ts'

/** The check of a container that consists of these parts. */
export function healthPart(parts: readonly Part[]): Part {
  return {
    name: 'health',
    inside: (container) =>
      probeOf(container.record.health)
        ? { meanwhile: hold(container), probe: planProbe(container, parts) }
        : {},
  }
}

/** The monitor opens what every probe needs, once. */
function hold(container: Container): Syscall[] {
  const { path } = freezerOf(container)
  const open = (
    file: string,
    how: 'O_RDONLY' | 'O_WRONLY',
    as: string,
  ) => ({
    name: 'openat' as const,
    args: [flags('AT_FDCWD'), file, flags(how, 'O_CLOEXEC')],
    result: as,
  })
  return step('10-exec', 'hold the process for its probes', [
    { name: 'pidfd_open', args: [result('pid'), 0], result: 'pidfd' },
    lifeline,
    ...placesOf(container).tasks.map((file, i) =>
      open(file, 'O_WRONLY', `tasks-${i}`),
    ),
    ...(path ? [open(path, 'O_RDONLY', 'freezer')] : []),
  ])
}

/** The files `tasks` that it has open. */
function heldTasks(container: Container): Result[] {
  return placesOf(container).tasks.map((_, i) => result(`tasks-${i}`))
}

// #region probe-list
/** What the joiner does, and then the probe. */
export function probeList(
  container: Container,
  parts: readonly Part[],
): Syscall[] {
  const words = probeOf(container.record.health) ?? []
  const pidfd = result('pidfd')
  const tasks = heldTasks(container)
  const probe = withProcess(container, { words })
  return [
    ...joinTasks(tasks),
    ...giveOutput(ownerOf(container)),
    ...joinNamespaces({ container, pidfd }),
    ...takeStreams({ stdin: 'none', stdout: 'same', stderr: 'same' }),
    ...letGo([pidfd, ...tasks]),
    ...cloneSibling(inside({ container: probe, parts })),
  ]
}
// #endregion probe-list

/** One pipe is its output and its errors: a probe may open it once more. */
function giveOutput(owner: number): Syscall[] {
  if (owner === 0) return []
  return step('10-exec', `give its output to user ${owner}`, [
    { name: 'fchown', args: [1, owner, 0xffffffff] },
  ])
}

/** They are open since the beginning: finding them costs more than this. */
function joinTasks(tasks: readonly Result[]): Syscall[] {
  return step(
    '10-exec',
    'join the cgroups of the container',
    tasks.map((file) => ({
      name: 'write',
      args: [file, '0', lengthOf(1)],
    })),
  )
}

function planProbe(container: Container, parts: readonly Part[]): Probe {
  const { folder, root, record } = container
  const { path, at, thawed } = freezerOf(container)
  const said = record.health
  const orUsual = (key: keyof typeof usualCheck) =>
    said?.[key] || usualCheck[key]
  return {
    list: probeList(container, parts),
    kept: [
      result('pidfd'),
      bytesOf('lifeline', 0),
      ...heldTasks(container),
    ],
    ...(placesOf(container).folder ? { cgroup: result('cgroup') } : {}),
    intervals: {
      usual: orUsual('interval'),
      atStart: orUsual('startInterval'),
    },
    timeout: orUsual('timeout'),
    startPeriod: orUsual('startPeriod'),
    retries: orUsual('retries'),
    log: `${folder}/${healthFiles.log}`,
    olderLog: `${folder}/${healthFiles.older}`,
    freezer: { file: path ? result('freezer') : -1, at, thawed },
    events: eventsPath(root),
    event: eventPieces(container, 'health_status: '),
  }
}

// v1 "THAWED"   v2 "populated 1\nfrozen 0"
function freezerOf(container: Container) {
  const { version, controllers, unified } = cgroupsOf(container)
  const name = cgroupOf(container)
  if (version === 2)
    return { path: `${unified}/${name}/cgroup.events`, at: 19, thawed: '0' }
  const { freezer } = controllers
  const path = freezer ? `${freezer}/${name}/freezer.state` : ''
  return { path, at: 0, thawed: 'T' }
}
