// Devices of the host that a container is given: the same numbers under a name
// in its own /dev.
//
// man 2 mknod

import { readdirSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { result, type Syscall, step } from '../01-syscalls/syscall.ts'
import { close, openFolder } from '../04-rootfs/target.ts'

import type { SpecDevice } from './spec.ts'

const hint = '--device /dev/fuse, or /dev/sda:/dev/disk:r'

/** What was asked for: devices, and what may be done with them. */
export interface GivenDevices {
  readonly devices: readonly SpecDevice[]
  readonly access: string // rwm
}

// "/dev/fuse" → that one   "/dev/snd" → all in it   "/dev/sda:/dev/disk:r"
export function readDevices(text: string): GivenDevices {
  const [from = '', to = from, third = 'rwm', ...more] = text.split(':')
  const isAccess = /^[rwm]{1,3}$/.test(to) && !to.startsWith('/')
  const access = isAccess ? to : third
  const target = posix.resolve('/', isAccess ? from : to)
  if (
    !from.startsWith('/') ||
    !/^\/dev\/./.test(target) ||
    !/^[rwm]{1,3}$/.test(access) ||
    more.length > 0
  )
    throw new RockerError(
      'bad-input',
      `give it the device ${JSON.stringify(text)}`,
      { hint },
    )
  return { devices: find(from, target), access }
}

/** All that the host has, but what each container has for itself. */
export function hostDevices(folder = '/dev'): SpecDevice[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (ownOfEach.includes(path)) return []
    if (entry.isDirectory()) return hostDevices(path)
    const isDevice = entry.isCharacterDevice() || entry.isBlockDevice()
    return isDevice ? find(path, path) : []
  })
}

const ownOfEach = [
  ...['/dev/pts', '/dev/shm', '/dev/mqueue', '/dev/fd', '/dev/hugepages'],
  ...['/dev/console', '/dev/ptmx'],
]

function find(from: string, to: string): SpecDevice[] {
  const stat = statSync(from, { throwIfNoEntry: false })
  if (stat?.isDirectory())
    return readdirSync(from).flatMap((name) => {
      const path = join(from, name)
      const inner = statSync(path, { throwIfNoEntry: false })
      return inner && typeOf(inner) ? find(path, join(to, name)) : []
    })
  const type = stat && typeOf(stat)
  if (!stat || !type)
    throw new RockerError('not-found', `give it the device ${from}`, {
      hint: stat ? 'it is no device' : 'there is none of that name',
    })
  const { mode, rdev, uid, gid } = stat
  return [
    {
      path: to,
      type,
      ...deviceNumbers(rdev),
      fileMode: mode & 0o777,
      uid,
      gid,
    },
  ]
}

/** A device's two numbers, of what stat(2) has as one. */
function deviceNumbers(rdev: number): {
  readonly major: number
  readonly minor: number
} {
  return {
    major: ((rdev >> 8) & 0xfff) | ((rdev / 2 ** 32) & ~0xfff),
    minor: (rdev & 0xff) | ((rdev >> 12) & 0xfff00),
  }
}

function typeOf({ mode }: Stats): SpecDevice['type'] | undefined {
  const format = mode & 0o170000
  if (format === 0o020000) return 'c'
  return format === 0o060000 ? 'b' : undefined
}

/** In the container's root, once it has a /dev. */
export function makeDeviceFiles(devices: readonly SpecDevice[]): Syscall[] {
  return devices.flatMap(({ path, type, major, minor, ...more }) => {
    const format = type === 'b' ? 0o060000 : 0o020000
    const name = basename(path)
    const node = { name, at: result('device folder') }
    return step('09-containers', `make ${path}`, [
      ...above(path).flatMap(makeFolder),
      ...openFolder('root', dirname(path).slice(1), 'device folder'),
      {
        name: 'mknodat',
        args: [
          node.at,
          name,
          format | more.fileMode,
          numberOf(major, minor),
        ],
        ignore: ['EEXIST'], // one of the six that are always there
      },
      { name: 'fchownat', args: [node.at, name, more.uid, more.gid, 0] },
      close('device folder'),
    ])
  })
}

// "/dev/bus/usb/001" → dev/bus: openFolder makes the last one
function above(path: string): string[] {
  const parts = dirname(path).split('/').slice(1, -1)
  return parts.map((_, i) => parts.slice(0, i + 1).join('/')).slice(1)
}

function makeFolder(path: string): Syscall[] {
  return [
    {
      name: 'mkdirat',
      args: [result('root'), path, 0o755],
      ignore: ['EEXIST'],
    },
  ]
}

/** As the kernel packs them for mknod: twelve bits of major between. */
function numberOf(major: number, minor: number): number {
  return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)
}
