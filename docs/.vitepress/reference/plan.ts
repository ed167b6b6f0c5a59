// The plan of a real `run`, for the figure: the same TypeScript makes it that
// makes it for the shim, on a machine that has cgroup v2.

import { formatCall } from '../../../chapters/01-syscalls/format-call.ts'
import { shimCalls } from '../../../chapters/01-syscalls/numbers.ts'
import type { Syscall } from '../../../chapters/01-syscalls/syscall.ts'
import type { Cgroups } from '../../../chapters/06-cgroups/cgroup.ts'
import { cgroupPlan } from '../../../chapters/06-cgroups/cgroup-plan.ts'
import { launchPlan } from '../../../chapters/19-rocker/launch.ts'

/** One call, as it is printed. */
export interface ShownCall {
  readonly name: string
  readonly text: string
  readonly isShim: boolean
}

/** Neighbouring calls that are there for one thing. */
export interface Step {
  readonly chapter: string
  readonly doing: string
  readonly where: 'outside' | 'inside' | 'after'
  readonly calls: readonly ShownCall[]
}

export interface ShownPlan {
  readonly command: string
  readonly steps: readonly Step[]
}

const megabytes = 64
const root = '/sys/fs/cgroup'
const cgroups: Cgroups = {
  version: 2,
  roots: [root],
  controllers: { cpu: root, cpuset: root, memory: root, pids: root },
  unified: root,
  swap: true,
}

/** `rocker run --rm -m 64m debian cat /etc/os-release` */
export function shownPlan(): ShownPlan {
  const folder = '/var/lib/rocker/pending/container-3f2a'
  const memoryBytes = megabytes * 2 ** 20
  const plan = launchPlan({
    folder,
    root: {
      lowers: ['/var/lib/rocker/layers/8d92/diff'],
      folder,
      top: { mode: 0o755, uid: 0, gid: 0 },
    },
    hostname: '3f2a',
    network: 'none',
    streams: { stdin: 'none', stdout: 'same', stderr: 'same' },
    cgroup: cgroupPlan(cgroups, 'rocker/3f2a', { memoryBytes, pids: 2048 }),
    process: {
      argv: ['cat', '/etc/os-release'],
      env: ['PATH=/usr/bin:/bin'],
      cwd: '/',
      user: { uid: 0, gid: 0, groups: [] },
    },
  })
  return {
    command: `rocker run --rm -m ${megabytes}m debian cat /etc/os-release`,
    steps: [...steps(plan.main, 'outside'), ...steps(plan.after, 'after')],
  }
}

function steps(calls: readonly Syscall[], where: Step['where']): Step[] {
  const found: (Omit<Step, 'calls'> & { calls: ShownCall[] })[] = []
  for (const call of calls) {
    const { chapter = '', doing = '' } = call.from ?? {}
    const last = found.at(-1)
    const isNext =
      last?.where === where &&
      last.chapter === chapter &&
      last.doing === doing
    if (isNext) last.calls.push(shown(call))
    else found.push({ chapter, doing, where, calls: [shown(call)] })
    if (call.child)
      for (const step of steps(call.child, 'inside'))
        found.push({ ...step, calls: [...step.calls] })
  }
  return found
}

function shown(call: Syscall): ShownCall {
  return {
    name: call.name,
    text: formatCall(call).replaceAll(/(\\u0000)+/g, '…'),
    isShim: call.name in shimCalls,
  }
}
