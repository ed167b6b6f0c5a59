// Switches of the kernel that each namespace has for itself.
//
// Only those: all others are the whole machine's, and would change it. They are
// written where the kernel's own /proc was seen, through no link and past no
// mount: whoever made the files may not choose where a value goes
// (CVE-2019-19921, CVE-2025-52881).
//
// man 5 proc_sys, docker's list in docs.docker.com/reference/cli/docker/container/run

import { RockerError } from '../01-syscalls/rocker-error.ts'
import {
  flags,
  lengthOf,
  result,
  type Syscall,
  step,
  struct,
} from '../01-syscalls/syscall.ts'
import { procMagic } from '../04-rootfs/system-mounts.ts'
import { close, expectFilesystem } from '../04-rootfs/target.ts'

import type { Part } from './part.ts'

const chapter = '09-containers'

export const sysctlPart: Part = {
  name: 'sysctl',
  inside({ spec }) {
    const wanted = Object.entries(spec.linux.sysctl)
    if (wanted.length === 0) return {}
    const child = [
      ...openProc(),
      ...wanted.flatMap(([key, value]) => writeSysctl(key, value)),
      ...step(chapter, 'let go of /proc', [close('proc')]),
    ]
    return { child }
  },
  describe: ({ spec: { linux } }) =>
    Object.keys(linux.sysctl).length > 0 ? { Sysctls: linux.sysctl } : {},
}

function openProc(): Syscall[] {
  return step(chapter, 'open /proc', [
    {
      name: 'openat2',
      args: [
        flags('AT_FDCWD'),
        '/proc',
        struct({
          flags: [8, flags('O_PATH', 'O_DIRECTORY', 'O_CLOEXEC')],
          mode: [8, 0],
          resolve: [8, flags('RESOLVE_NO_SYMLINKS')],
        }),
        lengthOf(2),
      ],
      result: 'proc',
    },
    ...expectFilesystem('proc', procMagic),
  ])
}

function writeSysctl(key: string, value: string): Syscall[] {
  const within = ['RESOLVE_BENEATH', 'RESOLVE_NO_XDEV'] as const
  const how = struct({
    flags: [8, flags('O_WRONLY', 'O_CLOEXEC')],
    mode: [8, 0],
    resolve: [8, flags(...within, 'RESOLVE_NO_SYMLINKS')],
  })
  const path = `sys/${key.replaceAll('.', '/')}`
  return step(chapter, `set ${key} to ${value}`, [
    {
      name: 'openat2',
      args: [result('proc'), path, how, lengthOf(2)],
      result: 'sysctl',
    },
    { name: 'write', args: [result('sysctl'), value, lengthOf(1)] },
    close('sysctl'),
  ])
}

const ofIpc =
  /^(kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)|fs\.mqueue\.[\w.-]+)$/

// "net.ipv4.ip_forward=1"
export function readSysctl(
  text: string,
  shared: { readonly network: string; readonly ipc: boolean },
): [key: string, value: string] {
  const [key = '', ...value] = text.split('=')
  const ofNetwork = /^net\.[\w.-]+$/.test(key) && !key.includes('..')
  const isOneLine = /^[^\x00-\x1f]+$/.test(value.join('='))
  if (!isOneLine || !(ofIpc.test(key) || ofNetwork))
    throw new RockerError(
      'bad-input',
      `set the sysctl ${JSON.stringify(text)}`,
      {
        hint: "KEY=VALUE; only net.*, fs.mqueue.* and kernel.shm*, msg* and sem are a container's own",
      },
    )
  if (ofNetwork && shared.network === 'host') throw ofHost(key, 'network')
  if (!ofNetwork && shared.ipc) throw ofHost(key, 'ipc')
  return [key, value.join('=')]
}

function ofHost(key: string, flag: string): RockerError {
  return new RockerError(
    'bad-input',
    `set the sysctl ${key} with --${flag} host`,
    { hint: "it would change the host's own" },
  )
}
