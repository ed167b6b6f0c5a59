// A container that is about to start, and the plan that starts it.
//
// Everything is decided here; what follows is a list of calls. The list removes
// at its end what it made, so nobody has to stay for that.

import {
  flags,
  pointers,
  result,
  type Syscall,
  step,
  text,
} from '../01-syscalls/syscall.ts'
import type { Credentials } from '../02-process/credentials.ts'
import { ownEnvironment, type Program } from '../02-process/execute.ts'
import { onlyIfUndone, type Plan } from '../02-process/plan.ts'
import { clone, waitFor } from '../02-process/run-process.ts'
import {
  closeChildEnds,
  makePipes,
  relays,
  type Streams,
} from '../02-process/streams.ts'
import { newNamespaces } from '../03-namespaces/namespaces.ts'
import { type Overlay, prepareOverlay } from '../05-overlay/overlay.ts'
import type { CgroupPlan } from '../06-cgroups/cgroup-version.ts'

import { inside } from './inside.ts'

export interface Launch {
  /** The folder of everything that is removed at the end. */
  readonly folder: string
  /** The layers of an image, or any folder of the host. */
  readonly root: Overlay | string
  readonly hostname: string
  readonly network: 'none' | 'host'
  readonly streams: Streams
  readonly cgroup: CgroupPlan
  readonly process: Program & {
    readonly cwd: string
    readonly user: Credentials
  }
}

// #region launch-plan
/** The whole of `rocker run`, as calls. */
export function launchPlan(launch: Launch): Plan {
  const { root, cgroup, streams } = launch
  const network = launch.network === 'none' ? (['network'] as const) : []
  const kinds = ['pid', 'mount', 'uts', 'ipc', ...network] as const
  return {
    main: [
      ...(typeof root === 'string' ? [] : prepareOverlay(root)),
      ...cgroup.before,
      ...makePipes(streams),
      ...clone({
        flags: [...newNamespaces(kinds), ...cgroup.clone.flags],
        ...(cgroup.clone.cgroup ? { cgroup: cgroup.clone.cgroup } : {}),
        child: inside(launch),
        meanwhile: closeChildEnds(streams),
      }),
      ...waitFor(relays(streams)),
    ],
    after: [
      ...cgroup.after,
      ...onlyIfUndone(), // else the folder tells the next sweep
      ...removeFolder(launch.folder),
    ],
    failed: sayWhy(),
  }
}
// #endregion launch-plan

function removeFolder(folder: string): Syscall[] {
  return step('05-overlay', "remove what the container's layer was", [
    { name: 'remove_tree', args: [flags('AT_FDCWD'), folder] },
  ])
}

/** Node is gone when a call fails: another one is started, to say it well. */
function sayWhy(): Syscall[] {
  const [script = ''] = process.argv.slice(1)
  const numbers = ['list', 'index', 'errno', 'plan'].map(
    (name) => text`${result(name)}`,
  )
  const argv = [
    process.execPath,
    ...process.execArgv,
    script,
    'failure',
    ...numbers,
  ]
  return step('19-rocker', 'say why it failed', [
    { name: 'fcntl', args: [result('plan'), flags('F_SETFD'), 0] },
    {
      name: 'execve',
      args: [process.execPath, pointers(argv), pointers(ownEnvironment())],
    },
  ])
}
