// A container of each chapter that makes one, ready to be played.

import { statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { launchPlan as plan02 } from '../../chapters/02-process/launch.ts'
import type { Plan } from '../../chapters/02-process/plan.ts'
import type { Streams } from '../../chapters/02-process/streams.ts'
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
import type { HealthCheck } from '../../chapters/08-images/health-check.ts'
import {
  type NameWishes,
  writeEtcFiles,
} from '../../chapters/09-containers/hosts.ts'
import {
  type ContainerWishes,
  describeContainer,
} from '../../chapters/09-containers/make-container.ts'
import {
  foregroundPlan,
  monitorPlan,
} from '../../chapters/09-containers/monitor-plan.ts'
import type { MountPoint } from '../../chapters/09-containers/record.ts'
import type { SpecMount } from '../../chapters/09-containers/spec.ts'
import { newVolume } from '../../chapters/12-volumes/new-volume.ts'
import { shmMount } from '../../chapters/12-volumes/tmpfs.ts'
import {
  forgetVolumes,
  linkVolume,
  makeVolume,
  volumeFolder,
} from '../../chapters/12-volumes/volume-store.ts'
import { confinedBy } from '../../chapters/13-security/confined.ts'
import {
  firstIds,
  type IdRange,
} from '../../chapters/13-security/id-ranges.ts'
import { parts } from '../../chapters/19-rocker/parts.ts'
import { removers } from '../../chapters/19-rocker/removers.ts'
import { Plugged } from '../support/plugged.ts'
import { busyboxRoot } from '../support/rootfs.ts'
import { Visited } from '../support/visited.ts'

/** A plan that is about to be played, and the intent that was written for it. */
export interface Ready {
  readonly plan: Plan
  readonly made?: Pending
  /** Known to the plan by name. */
  readonly handles?: Readonly<Record<string, number>>
  /** They are for this plan alone. */
  readonly closesHandles?: boolean
}

export interface Launcher {
  readonly title: string
  /** Makes what is made before the plan, for one container. */
  readonly ready: (argv: readonly string[]) => Ready
  /** Its kills are those of another one, too: they are left out. */
  readonly onlyFails?: boolean
  /** Only the calls of this chapter: the others are in another one, too. */
  readonly chapter?: string
  /** Of calls that are made again and again, the first one alone. */
  readonly onlyFirst?: boolean
  /** What has to run before all of it; ended when it is disposed of. */
  readonly begin?: () => Promise<AsyncDisposable>
}

const usual: Namespace[] = [
  ...(['pid', 'mount', 'uts', 'ipc', 'network', 'cgroup'] as const),
]
const nobody = { uid: 65534, gid: 65534 }
const root = () => dataRoot()
const visited = new Visited()
const plugged = new Plugged()

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
    title: 'rocker run --rm',
    ready: (argv) =>
      noted('container', (made) =>
        // it would execute the command line: that is tested there
        foregroundPlan(fleeting(made, argv, { direct: same }), alone09),
      ),
  },
  {
    title: 'rocker run --rm -d',
    chapter: '09-containers',
    ready: (argv) =>
      noted('container', (made) =>
        monitorPlan(fleeting(made, argv, {}), alone09),
      ),
  },
  {
    title: 'rocker run -d -t --init --rootfs',
    chapter: '09-containers',
    onlyFails: true,
    ready: (argv) =>
      noted('container', (made) =>
        monitorPlan(
          fleeting(made, argv, {
            init: true,
            terminal: true,
            rootfs: busyboxRoot(),
            kept: true,
          }),
          alone09,
        ),
      ),
  },
  {
    title: 'rocker exec',
    chapter: '10-exec',
    begin: () => visited.begin(),
    ready: (argv) => visited.ready(argv, same),
  },
  {
    title: 'rocker exec -t',
    chapter: '10-exec',
    onlyFails: true,
    begin: () => visited.begin(),
    ready: (argv) => visited.ready(argv),
  },
  {
    title: 'rocker run --rm --network',
    chapter: '11-network',
    onlyFirst: true,
    begin: () => plugged.begin(),
    ready: (argv) => {
      makeDataRoot(root())
      const made = begin(root(), 'container', onlyId)
      const container = fleeting(made, argv, { direct: same })
      return { ...plugged.ready(container), made, closesHandles: true }
    },
  },
  {
    title: 'rocker run --rm, confined',
    chapter: '13-security',
    onlyFirst: true,
    ready: (argv) =>
      noted('container', (made) =>
        foregroundPlan(
          fleeting(made, argv, { direct: same, confined: true }),
          alone09,
        ),
      ),
  },
  {
    title: 'rocker run --rm --userns auto',
    chapter: '13-security',
    onlyFirst: true,
    ready: (argv) =>
      noted('container', (made) =>
        foregroundPlan(
          fleeting(made, argv, { direct: same, ids: firstIds }),
          alone09,
        ),
      ),
  },
  {
    title: 'rocker run --rm with volumes',
    chapter: '12-volumes',
    ready: (argv) =>
      noted('container', (made) =>
        foregroundPlan(
          fleeting(made, argv, { direct: same, mounts: mounts(made) }),
          alone09,
        ),
      ),
  },
]

/** One that is asked every 10 ms whether it is well. */
export const asked: Launcher = {
  title: 'rocker run --rm -d --health-cmd',
  chapter: '10-exec',
  onlyFails: true,
  ready: (argv) =>
    noted('container', (made) =>
      monitorPlan(fleeting(made, argv, { health }), alone09),
    ),
}

/** The next command: it removes what nobody holds. */
export async function nextCommand(): Promise<string[]> {
  const all = { ...removers(root()), lesson: () => {} }
  return (await sweep(root(), all)).map((error) => error.message)
}

function alone(plan: Plan): Ready {
  return { plan }
}

const onlyId = 'f'.repeat(64)

/** One at a time: so an error can be compared, down to the id in its words. */
function noted(kind: string, planFor: (made: Pending) => Plan): Ready {
  makeDataRoot(root())
  const made = begin(root(), kind, onlyId)
  return { plan: planFor(made), made }
}

function launch03(argv: readonly string[], namespaces: Namespace[]): Plan {
  return plan03({ argv, namespaces, hostname: 'box', owner: nobody })
}

const same: Streams = { stdin: 'none', stdout: 'same', stderr: 'same' }
const health: HealthCheck = {
  test: ['CMD', 'true'],
  ...{ interval: 10_000_000, timeout: 0, retries: 0 },
  ...{ startPeriod: 0, startInterval: 0 },
}
const asUsual = {
  capabilities: { add: [], drop: [], privileged: false },
  options: { noNewPrivileges: false, unmasked: false },
  devices: [],
  uid: 1000,
}
const alone09 = { parts, first: true, client: -1, failed: [] }

/** A container that is removed at its end, as `run --rm` makes it, or not. */
export function fleeting(
  { id, path: folder }: Pending,
  argv: readonly string[],
  how: {
    readonly direct?: Streams
    readonly init?: boolean
    readonly health?: HealthCheck
    readonly terminal?: boolean
    readonly rootfs?: string
    /** How it ended is written down. */
    readonly kept?: boolean
    readonly mounts?: readonly SpecMount[]
    readonly confined?: boolean
    readonly ids?: IdRange
  },
) {
  const user = { uid: 1000, gid: 1000, groups: [29], home: '/' }
  const names: NameWishes = {
    hostname: 'box',
    network: 'none',
    addHost: [],
    dns: [],
    dnsSearch: [],
    dnsOption: [],
  }
  const wishes: ContainerWishes = {
    ...{ name: 'box', image: 'busybox', imageId: '' },
    layers: [busyboxRoot()],
    process: { argv, env: ['PATH=/bin'], cwd: '/made/here' },
    user,
    limits: { memoryBytes: 64 << 20, pids: 20 },
    names,
    terminal: how.terminal ?? false,
    readOnly: false,
    rlimits: [{ type: 'RLIMIT_CORE', soft: 0, hard: 0 }],
    sysctl: { 'net.ipv4.ip_forward': '1' },
    devices: [],
    mounts: how.mounts ?? [],
    ids: how.ids,
    ...(how.confined ? { confined: confinedBy(asUsual) } : {}),
    ...(how.rootfs ? { rootfs: how.rootfs } : {}),
    record: {
      ...{ labels: {}, autoRemove: !how.kept, openStdin: false },
      ...{ stopSignal: 'SIGTERM', stopTimeout: 10 },
      restart: { name: 'no', maximumRetryCount: 0 },
      log: { driver: 'json-file', maxBytes: 0, maxFiles: 1 },
      init: how.init ?? false,
      health: how.health,
      direct: how.direct,
      mounts: (how.mounts ?? []).map(pointOf),
    },
  }
  writeEtcFiles(folder, names)
  return describeContainer(root(), { id, folder }, wishes)
}

/** A folder, a file, memory, and a volume that goes with its container. */
function mounts({ id, path }: Pending): SpecMount[] {
  const name = `${id.slice(0, 60)}0000`
  const own = join(path, 'volumes', name)
  makeVolume(own, newVolume(name, {}, { isNameless: true }))
  linkVolume(root(), own, name)
  const bind = (source: string, destination: string): SpecMount => ({
    ...{ source, destination, type: 'bind' },
    options: ['rbind', 'ro', 'rro', 'rprivate'],
  })
  return [
    shmMount(1 << 20),
    bind(busyboxRoot(), '/mnt/folder'),
    bind(`${busyboxRoot()}/etc/passwd`, '/mnt/file'),
    {
      ...{ source: 'tmpfs', destination: '/tmp', type: 'tmpfs' },
      options: ['nosuid', 'size=1m'],
    },
    bind(join(volumeFolder(root(), name), '_data'), '/mnt/volume'),
  ]
}

/** Nothing is launched: what was made for that goes. */
export function forget(made: Pending): void {
  made.done()
  forgetVolumes(root(), onlyId) // a link beside the folder
}

function pointOf({ source, destination }: SpecMount): MountPoint {
  const name = basename(dirname(source))
  return {
    ...{ type: 'volume', name, source, destination, driver: 'local' },
    ...{ mode: '', writable: false, propagation: '' },
    ...(source.endsWith('/_data') ? { nameless: true } : {}),
  }
}

function overlay(folder: string): Overlay {
  const lower = busyboxRoot()
  return { lowers: [lower], folder, top: statSync(lower) }
}

function cgroup(id: string): CgroupPlan {
  const limits = { memoryBytes: 64 << 20, pids: 20 }
  return cgroupPlan(findCgroups(), cgroupName(id), limits)
}
