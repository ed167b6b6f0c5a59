// The container's cgroup: born in it, limited by it, counted by it.

import { type Cgroups, findCgroups } from '../06-cgroups/cgroup.ts'
import { cgroupPlan } from '../06-cgroups/cgroup-plan.ts'
import type { Limits } from '../06-cgroups/limits.ts'

import type { Container } from './container.ts'
import { letGo } from './let-go.ts'
import type { Part } from './part.ts'
import { limitsOf } from './resources.ts'

// #region cgroup-part
export const cgroupPart: Part = {
  name: 'cgroup',
  inside(container) {
    const limits = limitsOf(container.spec.linux.resources)
    const cgroups = ownCgroups(container)
    const plan = cgroupPlan(cgroups, cgroupOf(container), limits)
    const { flags, cgroup } = plan.clone
    return {
      before: plan.before,
      flags,
      ...(cgroup ? { cgroup } : {}),
      child: [
        ...plan.child,
        ...(container.record.init && cgroup ? letGo([cgroup]) : []),
      ],
      after: plan.after,
    }
  },
  describe: ({ spec }) => {
    const { memory, cpu, pids } = spec.linux.resources
    return {
      Memory: memory?.limit ?? 0,
      MemorySwap: memory?.swap ?? 0,
      NanoCpus: ((cpu?.quota ?? 0) / (cpu?.period ?? 1)) * 1e9,
      CpuShares: cpu?.shares ?? 0,
      CpusetCpus: cpu?.cpus ?? '',
      PidsLimit: pids?.limit ?? 0,
    }
  },
}
// #endregion cgroup-part

/** The hierarchies in which it has a cgroup of its own. */
export function ownCgroups(container: Container): Cgroups {
  const { spec, record } = container
  const all = cgroupsOf(container)
  return record.direct ? fewest(all, limitsOf(spec.linux.resources)) : all
}

/**
 * Of v1's ten hierarchies those that something is limited, counted or stopped
 * by: for a container that is gone in a moment the others are half of its calls.
 */
function fewest(all: Cgroups, limits: Limits): Cgroups {
  if (all.version === 2) return all
  const { cpuset, ...others } = all.controllers
  const controllers = limits.cpuset === undefined ? others : all.controllers
  const roots = [...new Set(Object.values(controllers))]
  const few: Cgroups = { version: 1, roots, controllers, swap: all.swap }
  const { unified } = all
  if (controllers.devices || !unified) return few
  return { ...few, roots: [...roots, unified], unified } // it has devices too
}

/** The cgroup's name below each hierarchy: `rocker/3f2a…`. */
export function cgroupOf({ spec }: Pick<Container, 'spec'>): string {
  return spec.linux.cgroupsPath.replace(/^\//, '')
}

let ofMachine: Cgroups | undefined

/** The hierarchies; looked up once, for they stay where they are. */
export function cgroupsOf({
  cgroups,
}: Pick<Container, 'cgroups'>): Cgroups {
  ofMachine ??= cgroups ?? findCgroups()
  return cgroups ?? ofMachine
}
