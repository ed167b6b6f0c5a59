// What a container may use, from the words of the command line.
//
//   -m 64m --cpus 0.5 --pids-limit 20
//   → { memoryBytes: 67108864, memorySwapBytes: 134217728,
//       cpuQuota: { quotaMicros: 50000, periodMicros: 100000 }, pids: 20 }
//
// A limit that is misread is no limit: "1e20" bytes is what the kernel calls
// unlimited. So each value has one strict form, and all else is refused.
// The rules are docker's: docs.docker.com/engine/containers/resource_constraints

import { expandCpus, parseCpuset } from './processors.ts'
import { refuse } from './refuse.ts'
import { parseSize } from './size.ts'

/** The flags, as `parseArgs` wants them. */
export const limitFlags = {
  memory: { type: 'string', short: 'm' },
  'memory-swap': { type: 'string' },
  cpus: { type: 'string' },
  'cpu-shares': { type: 'string' },
  'cpuset-cpus': { type: 'string' },
  'pids-limit': { type: 'string' },
} as const

/** The words as `parseArgs` gives them. */
export type LimitOptions = {
  readonly [flag in keyof typeof limitFlags]?: string | undefined
}

/** What is not here has no limit. */
export interface Limits {
  readonly memoryBytes?: number
  /** Memory and swap together, as docker and cgroup v1 count. */
  readonly memorySwapBytes?: number | 'unlimited'
  /** In each period the processes may run for `quotaMicros` in all. */
  readonly cpuQuota?: {
    readonly quotaMicros: number
    readonly periodMicros: number
  }
  /** A weight between 2 and 262144; 1024 is everybody's. */
  readonly cpuShares?: number
  /** The processors to run on, as the kernel lists them: `0-3,5`. */
  readonly cpuset?: string
  readonly pids?: number
}

const leastMemory = 6 * 1024 * 1024 // docker's
const tooLittle = 'with less no program starts; 0 is without a limit'
const mostPids = 4194304 // the kernel's PID_MAX_LIMIT
const periodMicros = 100_000

// #region parse-limits
/**
 * Reads the limits; `cpus` are this machine's, as `onlineCpus` gives them.
 */
export function parseLimits(options: LimitOptions, cpus: string): Limits {
  const memoryBytes = parseMemory(options.memory)
  return definedOnly({
    memoryBytes,
    memorySwapBytes: parseMemorySwap(options['memory-swap'], memoryBytes),
    cpuQuota: parseCpus(options.cpus, cpus),
    cpuShares: parseShares(options['cpu-shares']),
    cpuset: parseCpuset(options['cpuset-cpus'], cpus),
    pids: parsePids(options['pids-limit']),
  })
}
// #endregion parse-limits

function parseMemory(value: string | undefined): number | undefined {
  const bytes = parseSize('--memory', value)
  if (bytes !== undefined && bytes > 0 && bytes < leastMemory)
    throw refuse('--memory', value, 'less than 6m', tooLittle)
  return bytes || undefined
}

function parseMemorySwap(
  value: string | undefined,
  memoryBytes: number | undefined,
): number | 'unlimited' | undefined {
  if (value === '-1') return memoryBytes ? 'unlimited' : undefined
  const bytes = parseSize('--memory-swap', value)
  if (!bytes) return memoryBytes && memoryBytes * 2
  if (!memoryBytes)
    throw refuse(
      '--memory-swap',
      value,
      '--memory has to be set with it',
      'write both: -m 64m --memory-swap 128m',
    )
  if (bytes < memoryBytes)
    throw refuse(
      '--memory-swap',
      value,
      'less than --memory',
      'it counts memory and swap together; -1 is without a limit',
    )
  return bytes
}

// "1.5" → 150000 of 100000
function parseCpus(
  value: string | undefined,
  cpus: string,
): Limits['cpuQuota'] {
  if (value === undefined) return undefined
  if (!/^(\d+(\.\d{1,9})?|\.\d{1,9})$/.test(value))
    throw refuse(
      '--cpus',
      value,
      'not a number of processors',
      'write it as in 0.5 or 2',
    )
  const count = Number(value)
  if (count === 0) return undefined
  const available = expandCpus(cpus).size
  if (count < 0.01 || count > available)
    throw refuse(
      '--cpus',
      value,
      `not from 0.01 to ${available}`,
      `this machine has ${available} processors`,
    )
  // #region exercise-cpu-quota
  const nanos = Math.round(count * 1e9)
  return {
    quotaMicros: Math.floor((nanos * periodMicros) / 1e9),
    periodMicros,
  }
  // #endregion exercise-cpu-quota
}

function parseShares(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const hint = "a weight: 1024 is everybody's, 2048 gets twice as much"
  const shares = parseInteger('--cpu-shares', value, hint)
  if (shares !== 0 && (shares < 2 || shares > 262144))
    throw refuse('--cpu-shares', value, 'not from 2 to 262144', hint)
  return shares || undefined
}

// 0 and -1 are docker's words for: as many as you like
function parsePids(value: string | undefined): number | undefined {
  if (value === undefined || value === '-1') return undefined
  const hint = 'write it as in 20; -1 is without a limit'
  const pids = parseInteger('--pids-limit', value, hint)
  if (pids > mostPids)
    throw refuse('--pids-limit', value, `more than ${mostPids}`, hint)
  return pids || undefined
}

function parseInteger(flag: string, value: string, hint: string): number {
  if (!/^\d{1,15}$/.test(value))
    throw refuse(flag, value, 'not a whole number', hint)
  return Number(value)
}

function definedOnly(
  limits: {
    [K in keyof Limits]-?: Limits[K] | undefined
  },
): Limits {
  return Object.fromEntries(
    Object.entries(limits).filter(([, value]) => value !== undefined),
  )
}
