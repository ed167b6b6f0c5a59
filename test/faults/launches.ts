// A container of each chapter that makes one, ready to be played.

import { statSync } from 'node:fs'

import { launchPlan as plan02 } from '../../chapters/02-process/launch.ts'
import type { Plan } from '../../chapters/02-process/plan.ts'
import { launchPlan as plan03 } from '../../chapters/03-namespaces/launch.ts'
import type { Namespace } from '../../chapters/03-namespaces/namespaces.ts'
import { launchPlan as plan04 } from '../../chapters/04-rootfs/launch.ts'
import {
  dataRoot,
  makeDataRoot,
} from '../../chapters/05-overlay/data-root.ts'
import { launchPlan as plan05 } from '../../chapters/05-overlay/launch.ts'
import {
  begin,
  type Pending,
  sweep,
} from '../../chapters/05-overlay/leftovers.ts'
import type { Overlay } from '../../chapters/05-overlay/overlay.ts'
import {
  cgroupName,
  findCgroups,
} from '../../chapters/06-cgroups/cgroup.ts'
import { cgroupPlan } from '../../chapters/06-cgroups/cgroup-plan.ts'
import type { CgroupPlan } from '../../chapters/06-cgroups/cgroup-version.ts'
import { launchPlan as plan06 } from '../../chapters/06-cgroups/launch.ts'
import { launchPlan as plan19 } from '../../chapters/19-rocker/launch.ts'
import { removers } from '../../chapters/19-rocker/removers.ts'
import { busyboxRoot } from '../support/rootfs.ts'

/** A plan that is about to be played, and the intent that was written for it. */
export interface Ready {
  readonly plan: Plan
  readonly made?: Pending
}

export interface Launcher {
  readonly title: string
  /** Makes what is made before the plan, for one container. */
  readonly ready: (argv: readonly string[]) => Ready
  /** Its kills are those of another one, too: they are left out. */
  readonly onlyFails?: boolean
}

const usual: Namespace[] = [
  ...(['pid', 'mount', 'uts', 'ipc', 'network', 'cgroup'] as const),
]
const nobody = { uid: 65534, gid: 65534 }
const root = () => dataRoot()

export const launchers: readonly Launcher[] = [
  { title: 'chapter 2', ready: (argv) => alone(plan02(argv)) },
  { title: 'chapter 3', ready: (argv) => alone(launch03(argv, usual)) },
  {
    title: 'chapter 3, with a user namespace',
    ready: (argv) => alone(launch03(argv, [...usual, 'user'])),
  },
  {
    title: 'chapter 4',
    ready: (argv) => alone(plan04(argv, busyboxRoot())),
  },
  {
    title: 'chapter 5',
    ready: (argv) =>
      noted('lesson', ({ path }) => plan05(argv, overlay(path))),
  },
  {
    title: 'chapter 6',
    onlyFails: true,
    ready: (argv) =>
      noted('container', ({ path, id }) =>
        plan06(argv, overlay(path), cgroup(id)),
      ),
  },
  {
    title: 'rocker run',
    ready: (argv) =>
      noted('container', ({ path, id }) => ({
        ...plan19({ ...launch19(argv, path, id), root: overlay(path) }),
        failed: [], // it would execute the command line: that is tested there
      })),
  },
  {
    title: 'rocker run --rootfs, with a terminal',
    ready: (argv) =>
      noted('container', ({ path, id }) => ({
        ...plan19({
          ...launch19(argv, path, id),
          root: busyboxRoot(),
          network: 'host',
          streams: { stdin: 'copied', stdout: 'copied', stderr: 'copied' },
          cgroup: {
            before: [],
            clone: { flags: [] },
            child: [],
            after: [],
          },
        }),
        failed: [],
      })),
  },
]

/** The next command: it removes what nobody holds. */
export async function nextCommand(): Promise<string[]> {
  const all = { ...removers(root()), lesson: () => {} }
  return (await sweep(root(), all)).map((error) => error.message)
}

function alone(plan: Plan): Ready {
  return { plan }
}

/** One at a time: so an error can be compared, down to the id in its words. */
function noted(kind: string, planFor: (made: Pending) => Plan): Ready {
  makeDataRoot(root())
  const made = begin(root(), kind, 'f'.repeat(64))
  return { plan: planFor(made), made }
}

function launch03(argv: readonly string[], namespaces: Namespace[]): Plan {
  return plan03({ argv, namespaces, hostname: 'box', owner: nobody })
}

function launch19(argv: readonly string[], folder: string, id: string) {
  return {
    folder,
    hostname: 'box',
    network: 'none',
    streams: { stdin: 'none', stdout: 'same', stderr: 'same' },
    cgroup: cgroup(id),
    process: {
      argv,
      env: ['PATH=/bin'],
      cwd: '/made/here',
      user: { uid: 1000, gid: 1000, groups: [29] },
    },
  } as const
}

function overlay(folder: string): Overlay {
  const lower = busyboxRoot()
  return { lowers: [lower], folder, top: statSync(lower) }
}

function cgroup(id: string): CgroupPlan {
  const limits = { memoryBytes: 64 << 20, pids: 20 }
  return cgroupPlan(findCgroups(), cgroupName(id), limits)
}
