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

import { withProcess } from './exec-process.ts'
import { healthFiles, probeOf, usualCheck } from './health-check.ts'
import { inside } from './inside.ts'
import { joinNamespaces, joinPlaces } from './join.ts'
import { placesOf } from './places.ts'

/** The check of a container that consists of these parts. */
export function healthPart(parts: readonly Part[]): Part {
  return {
    name: 'health',
    inside: (container) =>
      probeOf(container.record.health)
        ? { meanwhile: holdProcess(), probe: planProbe(container, parts) }
        : {},
  }
}

/** The monitor keeps what every probe needs, from the beginning on. */
export function holdProcess(): Syscall[] {
  return step('10-exec', 'hold the process for its probes', [
    { name: 'pidfd_open', args: [result('pid'), 0], result: 'pidfd' },
    lifeline,
  ])
}

// #region probe-list
/** What the joiner does, and then the probe. */
export function probeList(
  container: Container,
  parts: readonly Part[],
): Syscall[] {
  const words = probeOf(container.record.health) ?? []
  const pidfd = result('pidfd')
  const probe = withProcess(container, { words })
  return [
    ...joinPlaces(placesOf(container)),
    ...joinNamespaces({ container, pidfd }),
    ...takeStreams({ stdin: 'none', stdout: 'same', stderr: 'same' }),
    ...letGo([pidfd]),
    ...cloneSibling(inside({ container: probe, parts })),
  ]
}
// #endregion probe-list

function planProbe(container: Container, parts: readonly Part[]): Probe {
  const { folder, root, record } = container
  const said = record.health
  const orUsual = (key: keyof typeof usualCheck) =>
    said?.[key] || usualCheck[key]
  return {
    list: probeList(container, parts),
    pidfd: result('pidfd'),
    lifeline: bytesOf('lifeline', 0),
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
    freezer: freezerOf(container),
    events: eventsPath(root),
    event: eventPieces(container, 'health_status: '),
  }
}

// v1 "THAWED"   v2 "populated 1\nfrozen 0"
function freezerOf(container: Container): Probe['freezer'] {
  const { version, controllers, unified } = cgroupsOf(container)
  const name = cgroupOf(container)
  if (version === 2)
    return { path: `${unified}/${name}/cgroup.events`, at: 19, thawed: '0' }
  const { freezer } = controllers
  const path = freezer ? `${freezer}/${name}/freezer.state` : ''
  return { path, at: 0, thawed: 'T' }
}
