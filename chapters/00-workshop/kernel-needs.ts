// What this kernel can do: each thing is really tried, and leaves nothing.
//
// A version says little: distributions build features in and out, and what is
// around this machine (a container, a policy) may forbid what the kernel has.
//
// man 2 openat2, clone3, close_range, fsopen

import { closeSync, existsSync } from 'node:fs'
import { constants as numbers, release } from 'node:os'

import { perform } from '../01-syscalls/perform.ts'
import {
  flags,
  lengthOf,
  type Syscall,
  struct,
} from '../01-syscalls/syscall.ts'
import { SyscallError } from '../01-syscalls/syscall-error.ts'

import type { Need } from './need.ts'
import { tried } from './tried.ts'

const oldest = [5, 15] as const

/** The kernel's version, and what it can do. */
export function kernelNeeds(): Need[] {
  return [
    version(),
    ...namespaces(),
    tried('openat2', openat2),
    tried('clone3', clone3),
    tried('close_range', closeRange),
    tried('overlay', overlay),
    {
      ...tried('overlay lowerdir+', appendLayer),
      optional: 'images of more than 50 layers',
    },
  ]
}

function version(): Need {
  return {
    name: 'Linux',
    met: isSince(...oldest),
    found: release(),
    help: `rocker needs Linux ${oldest.join('.')} or newer`,
  }
}

/** Of 6.1.0-18-amd64 the first two numbers count. */
export function isSince(wanted: number, minor: number): boolean {
  const [own = 0, ownMinor = 0] = release().split('.').map(Number)
  return own > wanted || (own === wanted && ownMinor >= minor)
}

function namespaces(): Need[] {
  const wanted = ['mnt', 'uts', 'ipc', 'pid', 'net', 'cgroup']
  const lacking = wanted.filter(
    (name) => !existsSync(`/proc/self/ns/${name}`),
  )
  return [
    {
      name: 'namespaces',
      met: lacking.length === 0,
      found: wanted.filter((name) => !lacking.includes(name)).join(' '),
      help: `this kernel was built without ${lacking.join(', ')}`,
    },
  ]
}

function openat2(): void {
  const how = struct({
    flags: [8, flags('O_PATH', 'O_CLOEXEC')],
    mode: [8, 0],
    resolve: [8, flags('RESOLVE_IN_ROOT')],
  })
  const args = [flags('AT_FDCWD'), '/', how, lengthOf(2)]
  closeSync(perform({ name: 'openat2', args }).value)
}

// Arguments of no size make no process: a kernel that knows clone3 says EINVAL.
function clone3(): void {
  perform({ name: 'clone3', args: [null, 0], ignore: ['EINVAL'] })
}

function closeRange(): void {
  const unused = 1 << 29
  const args = [unused, unused, flags('CLOSE_RANGE_CLOEXEC')]
  perform({ name: 'close_range', args })
}

function overlay(): void {
  closeSync(openOverlay())
}

// Before Linux 6.5 overlay took any option, and read them later: what takes
// one that nobody knows says nothing about the others.
function appendLayer(): void {
  const fd = openOverlay()
  const set = (key: string): Syscall => ({
    name: 'fsconfig',
    args: [fd, flags('FSCONFIG_SET_STRING'), key, '/', 0],
    ignore: key === 'lowerdir+' ? [] : ['EINVAL'],
  })
  try {
    perform(set('lowerdir+'))
    const takesAny = perform(set('rocker')).value === 0
    if (takesAny)
      throw new SyscallError(set('lowerdir+'), numbers.errno.EINVAL)
  } finally {
    closeSync(fd)
  }
}

function openOverlay(): number {
  const args = ['overlay', flags('FSOPEN_CLOEXEC')]
  return perform({ name: 'fsopen', args }).value
}
