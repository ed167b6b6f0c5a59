// Which capabilities a container has: docker's fourteen, and what --cap-add and
// --cap-drop say. More than rocker itself may, nobody gets from it.
//
// man 7 capabilities

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'
import type {
  SpecCapabilities,
  SpecProcess,
} from '../09-containers/spec.ts'

import {
  type CapabilityName,
  capabilityNames,
  namesOf,
} from './capabilities.ts'
import { usualCapabilities } from './usual-capabilities.ts'

/** What was asked for: names as they were typed. */
export interface CapabilityWishes {
  readonly add: readonly string[]
  readonly drop: readonly string[]
  readonly privileged: boolean
}

/** Who adds all has all but what is dropped; who drops all, what is added. */
export function grantedCapabilities(
  { add, drop, privileged }: CapabilityWishes,
  own: readonly CapabilityName[] = ownCapabilities(),
): CapabilityName[] {
  const [added, dropped] = [add, drop].map((words) => words.map(readName))
  const has = (list: typeof added, name: CapabilityName) =>
    list?.includes(name) || list?.includes('ALL')
  for (const name of added ?? [])
    if (name !== 'ALL' && !own.includes(name)) throw notOurs(name)
  return own.filter((name) => {
    if (privileged) return true
    if (added?.includes('ALL')) return !dropped?.includes(name)
    if (added?.includes(name)) return true
    return usualCapabilities.includes(name) && !has(dropped, name)
  })
}

// "net_admin", "CAP_NET_ADMIN", "all"
export function readName(word: string): CapabilityName | 'ALL' {
  const upper = word.toUpperCase()
  if (upper === 'ALL' || upper === 'CAP_ALL') return 'ALL'
  const name = upper.startsWith('CAP_') ? upper : `CAP_${upper}`
  const found = capabilityNames.find((one) => one === name)
  if (found) return found
  throw new RockerError(
    'bad-input',
    `give or take the capability ${JSON.stringify(word)}`,
    {
      hint: 'man 7 capabilities has their names: NET_ADMIN, SYS_TIME, ALL',
    },
  )
}

function notOurs(name: CapabilityName): RockerError {
  return new RockerError('bad-input', `give the capability ${name}`, {
    hint: 'rocker itself does not have it here, or this kernel does not know it',
  })
}

/** Those of this process; `explain` asks for no root, and for none of them. */
export function ownCapabilities(): readonly CapabilityName[] {
  if (process.geteuid?.() !== 0) return capabilityNames
  const status = readText('/proc/self/status')
  const [permitted, bounding] = ['CapPrm', 'CapBnd'].map((row) => {
    const start = status.indexOf(`${row}:\t`) + row.length + 2
    return status.slice(start, status.indexOf('\n', start))
  })
  const names = namesOf(permitted ?? '')
  if (permitted === bounding) return names
  const bounds = namesOf(bounding ?? '')
  return names.filter((name) => bounds.includes(name))
}

// #region sets
/** A program that root executes has all of them, anybody else's none. */
export function setsOf(
  names: readonly string[],
  uid: number,
): SpecCapabilities {
  const held = uid === 0 ? names : []
  return {
    bounding: names,
    permitted: held,
    effective: held,
    inheritable: [],
    ambient: [],
  }
}
// #endregion sets

/** A newcomer's: of root those of any root in there, or all that rocker has. */
export function newcomerSets(
  { capabilities, user }: SpecProcess,
  privileged: boolean,
): SpecCapabilities | undefined {
  if (privileged) return setsOf(ownCapabilities(), user.uid)
  return capabilities && setsOf(capabilities.bounding, user.uid)
}
