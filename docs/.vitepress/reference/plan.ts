// The plan of a real `run`, for the figure: the same TypeScript makes it that
// makes it for the shim, on a machine that has cgroup v2.

import { formatCall } from '../../../chapters/01-syscalls/format-call.ts'
import { shimCalls } from '../../../chapters/01-syscalls/numbers.ts'
import type { Syscall } from '../../../chapters/01-syscalls/syscall.ts'
import { dataRoot } from '../../../chapters/05-overlay/data-root.ts'
import type { Cgroups } from '../../../chapters/06-cgroups/cgroup.ts'
import { fleetingFolder } from '../../../chapters/09-containers/container.ts'
import {
  type ContainerWishes,
  describeContainer,
} from '../../../chapters/09-containers/make-container.ts'
import {
  containerParts,
  foregroundPlan,
} from '../../../chapters/09-containers/monitor-plan.ts'

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

const wishes: Omit<ContainerWishes, 'limits'> = {
  name: 'brave_hopper',
  image: 'debian',
  imageId: '',
  layers: ['/var/lib/rocker/layers/8d92/diff'],
  process: {
    argv: ['cat', '/etc/os-release'],
    env: ['PATH=/usr/bin:/bin'],
    cwd: '/',
  },
  user: { uid: 0, gid: 0, groups: [], home: '/root' },
  names: {
    hostname: '3f2a',
    network: 'none',
    addHost: [],
    dns: [],
    dnsSearch: [],
    dnsOption: [],
  },
  terminal: false,
  readOnly: false,
  rlimits: [],
  sysctl: {},
  devices: [],
  record: {
    labels: {},
    autoRemove: true,
    openStdin: false,
    direct: { stdin: 'none', stdout: 'same', stderr: 'same' },
    stopSignal: 'SIGTERM',
    stopTimeout: 10,
    restart: { name: 'no', maximumRetryCount: 0 },
    log: { driver: 'none', maxBytes: 0, maxFiles: 1 },
    init: false,
  },
}

/** `rocker run --rm -m 64m debian cat /etc/os-release` */
export function shownPlan(): ShownPlan {
  const id = '3f2a'
  const root = dataRoot('/var/lib/rocker')
  const folder = fleetingFolder(root, id)
  const limits = { memoryBytes: megabytes * 2 ** 20, pids: 2048 }
  const where = { id, folder }
  const container = describeContainer(root, where, { ...wishes, limits })
  const plan = foregroundPlan(
    { ...container, cgroups },
    { parts: containerParts, failed: [] },
  )
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
    text: formatCall(call),
    isShim: call.name in shimCalls,
  }
}
