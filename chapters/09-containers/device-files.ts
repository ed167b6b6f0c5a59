// Devices of the host that a container is given: the same numbers under a name
// in its own /dev.
//
// man 2 mknod

import { readdirSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { result, type Syscall, step } from '../01-syscalls/syscall.ts'
import { close, openFolder } from '../04-rootfs/target.ts'

import type { SpecDevice } from './spec.ts'

const hint = '--device /dev/fuse, or /dev/sda:/dev/disk:r'

// "/dev/fuse" → that one   "/dev/snd" → all in it   "/dev/sda:/dev/disk:r"
export function readDevices(text: string): SpecDevice[] {
  const [from = '', to = from, access = 'rwm'] = text.split(':')
  const isAccess = /^[rwm]{1,3}$/.test(to) && !to.startsWith('/')
  const target = isAccess ? from : to
  if (
    !from.startsWith('/') ||
    !/^\/dev\/./.test(target) ||
    !/^[rwm]{1,3}$/.test(access)
  )
    throw new RockerError(
      'bad-input',
      `give it the device ${JSON.stringify(text)}`,
      { hint },
    )
  return find(from, target)
}

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

/** As the kernel packs them for mknod: twelve bits of major between. */
function numberOf(major: number, minor: number): number {
  return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)
}
