// Limits of --ulimit that rocker itself may not raise: what it has is given.

import { rlimits } from '../09-containers/process-part.ts'
import type { SpecRlimit } from '../09-containers/spec.ts'
import { limitsOf, unlimited } from '../10-exec/limits-of.ts'
import { ownCapabilities } from '../13-security/capability-option.ts'

/** The limits as they can be set here, and a sentence for each other one. */
export function clampLimits(wanted: readonly SpecRlimit[]): {
  rlimits: readonly SpecRlimit[]
  warnings: string[]
} {
  const warnings: string[] = []
  if (wanted.length === 0 || ownCapabilities().includes('CAP_SYS_RESOURCE'))
    return { rlimits: wanted, warnings }
  const own = limitsOf('self')
  const clamped = wanted.map((limit): SpecRlimit => {
    const name = limit.type.replace('RLIMIT_', '').toLowerCase()
    const { hard = unlimited } =
      own.get(rlimits.indexOf(name as never)) ?? {}
    const fits = (value: number) =>
      hard === unlimited || (value >= 0 && BigInt(value) <= hard)
    if (fits(limit.hard)) return limit
    warnings.push(
      `--ulimit ${name}: rocker itself may have ${hard} at most`,
    )
    const most = Number(hard)
    return {
      ...limit,
      hard: most,
      soft: fits(limit.soft) ? limit.soft : most,
    }
  })
  return { rlimits: clamped, warnings }
}
