// A plan for people: each call as strace would print it, below the line that
// says what it is for and which chapter makes it.

import { formatCall } from '../01-syscalls/format-call.ts'
import type { Syscall } from '../01-syscalls/syscall.ts'

import type { Plan } from './plan.ts'

/** What is printed of a call: nothing, and it is left out. */
export type Show = (
  call: Syscall,
  list: readonly Syscall[],
  index: number,
) => string | undefined

// #region explain
/** The text of `rocker explain`. */
export function explain(plan: Plan, show: Show = formatCall): string {
  const lists = [
    ['main', plan.main],
    ['after, in any case', plan.after],
    ['failed, if main did', plan.failed ?? []],
  ] as const
  return lists
    .map(([title, calls]) => [`${title}:`, ...lines(calls, '  ', show)])
    .filter(({ length }) => length > 1)
    .map((shown) => shown.join('\n'))
    .join('\n\n')
}
// #endregion explain

function lines(
  calls: readonly Syscall[],
  indent: string,
  show: Show,
): string[] {
  let last = ''
  return calls.flatMap((call, i) => {
    const shown = show(call, calls, i)
    if (shown === undefined) return []
    const title = call.from
      ? `${call.from.chapter}: ${call.from.doing}`
      : ''
    const heading = title && title !== last ? [`${indent}# ${title}`] : []
    last = title
    const child = call.child ? lines(call.child, `${indent}  | `, show) : []
    return [...heading, `${indent}${shown}`, ...child]
  })
}
