// The limits of resources that pid 1 has: a newcomer has the same, whoever calls.
//
// They are inherited, as all of a process is; and the caller of exec may have
// others than the caller of run had. What config.json names is set anyway.
//
// man 2 prlimit, man 5 proc_pid_limits

import { type Syscall, step, struct } from '../01-syscalls/syscall.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'
import { rlimits } from '../09-containers/process-part.ts'

/** RLIM_INFINITY. */
export const unlimited = 0xffffffffffffffffn

interface Limit {
  readonly soft: bigint
  readonly hard: bigint
}

/** By the process itself: those that are not as its caller's. */
export function takeLimitsOf(pid: number): Syscall[] {
  const [own, wanted] = [limitsOf('self'), limitsOf(pid)]
  const different = [...wanted].filter(([number, limit]) => {
    const { soft, hard } = own.get(number) ?? limit
    return soft !== limit.soft || hard !== limit.hard
  })
  return step(
    '10-exec',
    'take the limits of pid 1',
    different.map(([number, { soft, hard }]) => ({
      name: 'prlimit64',
      args: [0, number, struct({ soft: [8, soft], hard: [8, hard] }), null],
      ignore: ['EPERM'], // without CAP_SYS_RESOURCE none can be raised
    })),
  )
}

// "Max open files            1024                 524288               files"
/** What /proc says of a process, by the number of the resource. */
export function limitsOf(pid: number | 'self'): Map<number, Limit> {
  const rows = readText(`/proc/${pid}/limits`).split('\n').slice(1)
  const limits = rlimits.map((_, number): [number, Limit] | undefined => {
    const values = rows[number]?.slice(26).trim().split(/ +/) ?? []
    const [soft, hard] = values.map(readLimit)
    return soft === undefined || hard === undefined
      ? undefined
      : [number, { soft, hard }]
  })
  return new Map(limits.filter((found) => found !== undefined))
}

function readLimit(text: string): bigint | undefined {
  if (text === 'unlimited') return unlimited
  return /^\d+$/.test(text) ? BigInt(text) : undefined
}
