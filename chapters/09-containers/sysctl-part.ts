// Switches of the kernel that each namespace has for itself.
//
// Only those: all others are the whole machine's, and would change it.
//
// man 5 proc_sys, docker's list in docs.docker.com/reference/cli/docker/container/run

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { step } from '../01-syscalls/syscall.ts'
import { writeFile } from '../02-process/write-file.ts'

import type { Part } from './part.ts'

export const sysctlPart: Part = {
  name: 'sysctl',
  inside: ({ spec }) => ({
    child: Object.entries(spec.linux.sysctl).flatMap(([key, value]) =>
      step(
        '09-containers',
        `set ${key} to ${value}`,
        writeFile(`/proc/sys/${key.replaceAll('.', '/')}`, value),
      ),
    ),
  }),
  describe: ({ spec: { linux } }) =>
    Object.keys(linux.sysctl).length > 0 ? { Sysctls: linux.sysctl } : {},
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
  if (value.length === 0 || !(ofIpc.test(key) || ofNetwork))
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
