// Which process plays a list of a plan: the calls themselves say what it is.

import type { Syscall } from '../01-syscalls/syscall.ts'
import { listsOf, type Plan } from '../02-process/plan.ts'

/** A list, and who plays it. */
export interface Played {
  readonly calls: readonly Syscall[]
  readonly list: 'main' | 'after' | 'failed' | 'child'
  readonly process: string
}

/** All lists of a plan, in their order; each with its process. */
export function playedLists(plan: Plan): Played[] {
  const process = own(plan)
  const maker = new Map(
    listsOf(plan)
      .flat()
      .flatMap((call) => (call.child ? [[call.child, call] as const] : [])),
  )
  return listsOf(plan).map((calls, i) => {
    const call = maker.get(calls)
    if (call) return { calls, list: 'child', process: processOf(call) }
    const list = (['main', 'after', 'failed'] as const)[i] ?? 'child'
    return { calls, list, process }
  })
}

/** What the process that a call makes is. */
export function processOf(call: Syscall): string {
  if (call.name === 'monitor') return 'probe'
  if (call.child?.some(becomesShim)) return 'monitor'
  if (has(call, 'CLONE_PARENT')) return 'sibling'
  if (call.child?.some((one) => has(one, 'CLONE_PARENT'))) return 'joiner'
  return has(call, 'CLONE_NEWPID') ? 'pid 1' : 'child'
}

function becomesShim({ name, args }: Syscall): boolean {
  return name === 'execve' && args[0] === '/proc/self/exe'
}

/** The one that begins. */
function own({ main }: Plan): string {
  const calls = (name: Syscall['name']) =>
    main.some((call) => call.name === name)
  if (calls('monitor')) return 'monitor'
  return calls('attach') ? 'client' : 'launcher'
}

// clone3({flags=…}, size)
function has({ name, args: [how] }: Syscall, flag: string): boolean {
  if (name !== 'clone3' || typeof how !== 'object') return false
  if (how === null || !('kind' in how) || how.kind !== 'struct')
    return false
  const value = how.fields.find((field) => field.name === 'flags')?.value
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'flags' &&
    (value.names as readonly string[]).includes(flag)
  )
}
