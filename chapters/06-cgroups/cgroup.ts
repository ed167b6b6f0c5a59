// Where this machine keeps its cgroups: found by looking.
//
//   v1      a hierarchy a controller:   /sys/fs/cgroup/memory/rocker/3f2a…
//           or a few that share one:    /sys/fs/cgroup/cpu,cpuacct/rocker/3f2a…
//   hybrid  as v1, and beside it v2 without these controllers
//   v2      one hierarchy for them all: /sys/fs/cgroup/rocker/3f2a…
//
// A mount can be hidden under another one: statfs says what is really there.
//
// man 7 cgroups

import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { type MountEntry, mountTable } from '../04-rootfs/mount-table.ts'

// those that rocker sets limits with, or counts by
const controllers = [
  'cpu',
  'cpuacct',
  'cpuset',
  'memory',
  'pids',
  'freezer',
  'devices',
] as const

export type Controller = (typeof controllers)[number]

/** The hierarchies of this machine. */
export interface Cgroups {
  readonly version: 1 | 2
  /** The root folder of each hierarchy; a process is in one cgroup of each. */
  readonly roots: readonly string[]
  /** In which of them a controller is. */
  readonly controllers: Partial<Readonly<Record<Controller, string>>>
  /** The root of v2, where it is mounted: on a hybrid machine too. */
  readonly unified?: string
  /** The kernel counts swap. */
  readonly swap: boolean
}

/** What is looked at to find the cgroups; the tests look at folders of theirs. */
export interface Look {
  readonly mounts: readonly MountEntry[]
  filesystemType(path: string): number
}

// linux/magic.h
const magics: Readonly<Record<string, number>> = {
  cgroup: 0x27e0eb,
  cgroup2: 0x63677270,
}

// #region find-cgroups
/** The hierarchies that this process sees and may write to. */
export function findCgroups(look: Look = thisMachine()): Cgroups {
  const mounts = cgroupMounts(look)
  const v1 = mounts.filter((mount) => mount.type === 'cgroup')
  const unified = mounts.find((mount) => mount.type === 'cgroup2')?.path
  const found: Cgroups['controllers'] = Object.fromEntries(
    controllers.flatMap((name) => {
      const mount = v1.find(({ options }) => options.includes(name))
      return mount ? [[name, mount.path]] : []
    }),
  )
  if (unified && !found.memory && !found.cpu && !found.pids)
    return findUnified(unified)
  return {
    version: 1,
    roots: [...v1.map(({ path }) => path), ...(unified ? [unified] : [])],
    controllers: found,
    ...(unified ? { unified } : {}),
    swap: existsSync(
      join(found.memory ?? '', 'memory.memsw.usage_in_bytes'),
    ),
  }
}

function findUnified(root: string): Cgroups {
  const file = readFileSync(join(root, 'cgroup.controllers'), 'utf8')
  const there = file.trim().split(' ')
  return {
    version: 2,
    roots: [root],
    controllers: Object.fromEntries(
      controllers
        .filter((name) => there.includes(name))
        .map((name) => [name, root]),
    ),
    unified: root,
    swap: countsSwap(root),
  }
}
// #endregion find-cgroups

function thisMachine(): Look {
  return {
    mounts: mountTable(' - cgroup'),
    filesystemType: (path) => statfsSync(path).type,
  }
}

// The root has no limits of its own: its children show which there are.
function countsSwap(root: string): boolean {
  const children = readdirSync(root).map((name) => join(root, name))
  const limited = children.filter((child) =>
    existsSync(join(child, 'memory.max')),
  )
  return (
    limited.length === 0 ||
    limited.some((child) => existsSync(join(child, 'memory.swap.max')))
  )
}

interface CgroupMount {
  readonly path: string
  readonly type: string
  readonly options: readonly string[]
}

// The same hierarchy may be mounted elsewhere too: the usual place is best.
function cgroupMounts(look: Look): CgroupMount[] {
  const seen = new Map<string, CgroupMount>()
  for (const mount of look.mounts.filter((each) => isUsable(look, each))) {
    const { target, type, superOptions } = mount
    const options = superOptions.filter((word) => !/^r[ow]$/.test(word))
    const hierarchy = type === 'cgroup2' ? type : options.join(',')
    if (!seen.has(hierarchy) || target.startsWith('/sys/fs/cgroup'))
      seen.set(hierarchy, { path: target, type, options })
  }
  return [...seen.values()]
}

function isUsable(
  look: Look,
  { type, target, options }: MountEntry,
): boolean {
  return (
    Object.hasOwn(magics, type) &&
    !options.includes('ro') &&
    look.filesystemType(target) === magics[type]
  )
}

// #region cgroup-name
/**
 * The name of a container's cgroup: `rocker/<id>`, or below ROCKER_CGROUP.
 */
export function cgroupName(
  id: string,
  parent = process.env.ROCKER_CGROUP || 'rocker',
): string {
  const name = `${parent}/${id}`
  for (const part of name.split('/'))
    if (!/^(?!\.\.?$)[\w.:@-]+$/.test(part))
      throw new RockerError('bad-input', `name a cgroup ${name}`, {
        hint: 'ROCKER_CGROUP is a path like rocker/tests',
      })
  return name
}
// #endregion cgroup-name
