// Which namespaces a container does not have for itself: it is in the host's.
//
// man 7 namespaces

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { SpecMount, SpecNamespace } from '../09-containers/spec.ts'

import { lastValue, type Option, type Parsed } from './command.ts'

export type Shared = Extract<
  SpecNamespace['type'],
  'ipc' | 'uts' | 'cgroup'
>

export const shareOptions: readonly Option[] = [
  {
    name: 'ipc',
    type: 'string',
    value: 'private|host',
    help: "Shared memory: its own (default), or the host's",
  },
  {
    name: 'uts',
    type: 'string',
    value: 'host',
    help: "Have the host's hostname",
  },
  {
    name: 'cgroupns',
    type: 'string',
    value: 'private|host',
    help: "See its own cgroup (default), or the host's",
  },
  {
    name: 'userns',
    type: 'string',
    value: 'auto|host',
    help: "Have users of its own, or the host's (default)",
  },
]

const modes: Readonly<
  Record<string, { readonly type: Shared; readonly own: readonly string[] }>
> = {
  ipc: { type: 'ipc', own: ['', 'private', 'shareable'] },
  uts: { type: 'uts', own: [''] },
  cgroupns: { type: 'cgroup', own: ['', 'private'] },
}

/** Those that it shares with the host. */
export function readShared(parsed: Parsed): Shared[] {
  const shared = Object.entries(modes).flatMap(([name, { type, own }]) => {
    const mode = lastValue(parsed, name) ?? ''
    if (own.includes(mode)) return []
    if (mode === 'host') return [type]
    throw unknown(name, mode)
  })
  if (shared.includes('uts') && parsed.values.has('hostname'))
    throw new RockerError(
      'bad-input',
      'run with --uts host and --hostname',
      {
        hint: "the hostname is the host's then: take one of them",
      },
    )
  return shared
}

/** Whether its users are its own: the host sees numbers that own nothing. */
export function hasOwnUsers(parsed: Parsed): boolean {
  const mode = lastValue(parsed, 'userns') ?? ''
  if (['', 'host', 'auto'].includes(mode)) return mode === 'auto'
  throw new RockerError(
    'bad-input',
    `run with --userns ${JSON.stringify(mode)}`,
    { hint: '--userns auto gives it 65,536 users; --userns host none' },
  )
}

/** The memory that programs share is in a folder, too. */
export function sharedMounts(shared: readonly Shared[]): SpecMount[] {
  if (!shared.includes('ipc')) return []
  const at = '/dev/shm'
  const options = ['rbind', 'rprivate']
  return [{ destination: at, type: 'bind', source: at, options }]
}

function unknown(name: string, mode: string): RockerError {
  const isOthers = name === 'ipc' && mode.startsWith('container:')
  return isOthers
    ? new RockerError(
        'unsupported',
        `run with --${name} ${mode}: a container's namespaces for another come with chapter 17`,
        { hint: `rocker exec runs a command in a container` },
      )
    : new RockerError(
        'bad-input',
        `run with --${name} ${JSON.stringify(mode)}`,
        { hint: `--${name} host` },
      )
}
