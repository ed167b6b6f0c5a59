// Limits, as the OCI spec writes them, and as chapter 6 sets them.
//
// The spec counts memory and swap as cgroup v1 does, and says -1 for no limit.

import type { Limits } from '../06-cgroups/limits.ts'

import type { SpecResources } from './spec.ts'

/** `-m 64m` → { memory: { limit: 67108864, swap: 134217728 } } */
export function resourcesOf(limits: Limits): SpecResources {
  const { memoryBytes, memorySwapBytes, cpuQuota, cpuShares } = limits
  const swap = memorySwapBytes === 'unlimited' ? -1 : memorySwapBytes
  const memory = {
    ...(memoryBytes === undefined ? {} : { limit: memoryBytes }),
    ...(swap === undefined ? {} : { swap }),
  }
  const cpu = {
    ...(cpuShares === undefined ? {} : { shares: cpuShares }),
    ...(cpuQuota
      ? { quota: cpuQuota.quotaMicros, period: cpuQuota.periodMicros }
      : {}),
    ...(limits.cpuset === undefined ? {} : { cpus: limits.cpuset }),
  }
  return {
    ...(memoryBytes === undefined ? {} : { memory }),
    ...(Object.keys(cpu).length ? { cpu } : {}),
    ...(limits.pids === undefined ? {} : { pids: { limit: limits.pids } }),
  }
}

/** The other way round. */
export function limitsOf({ memory, cpu, pids }: SpecResources): Limits {
  const { limit, swap } = memory ?? {}
  return {
    ...(limit === undefined ? {} : { memoryBytes: limit }),
    ...(swap === undefined
      ? {}
      : { memorySwapBytes: swap === -1 ? 'unlimited' : swap }),
    ...(cpu?.quota && cpu.period
      ? { cpuQuota: { quotaMicros: cpu.quota, periodMicros: cpu.period } }
      : {}),
    ...(cpu?.shares === undefined ? {} : { cpuShares: cpu.shares }),
    ...(cpu?.cpus === undefined ? {} : { cpuset: cpu.cpus }),
    ...(pids && pids.limit > 0 ? { pids: pids.limit } : {}),
  }
}
