// Where in the trees of cgroups a container is.
//
//   v1   a file a hierarchy, `tasks`: who writes "0" into it has moved there
//   v2   a folder: clone3 makes a process in it (CLONE_INTO_CGROUP)
//
// With v2 a container may have moved its pid 1: systemd puts itself into
// `init.scope`, because a cgroup with controllers below it holds no processes.

import { existsSync } from 'node:fs'

import { readText } from '../06-cgroups/cgroup-file.ts'
import { cgroupOf, cgroupsOf } from '../09-containers/cgroup-part.ts'
import type { Container } from '../09-containers/container.ts'

/** The cgroups that a newcomer is to be in. */
export interface Places {
  /** v1: one file a hierarchy. */
  readonly tasks: readonly string[]
  /** v2, beside v1 too. */
  readonly folder?: string
}

// #region places
/** The container's own, or those of its process where that runs. */
export function placesOf(container: Container, pid?: number): Places {
  const name = cgroupOf(container)
  const { roots, unified } = cgroupsOf(container)
  const own = roots.filter(
    (root) => pid === undefined || existsSync(`${root}/${name}`),
  )
  const tasks = own
    .filter((root) => root !== unified)
    .map((root) => `${root}/${name}/tasks`)
  if (unified === undefined || !own.includes(unified)) return { tasks }
  const lines = pid === undefined ? '' : readText(`/proc/${pid}/cgroup`)
  return { tasks, folder: `${unified}/${leafOf(name, lines)}` }
}

/** "0::/rocker/3f2a/init.scope" is where it is, below rocker/3f2a. */
export function leafOf(name: string, lines: string): string {
  // #region exercise-leaf
  const path = /^0::\/(.*)$/m.exec(lines)?.[1]
  return path?.startsWith(`${name}/`) ? path : name
  // #endregion exercise-leaf
}
// #endregion places
