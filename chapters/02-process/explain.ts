// A plan for people: each call as strace would print it, below the line that
// says what it is for and which chapter makes it.

import { formatCall } from '../01-syscalls/format-call.ts'
import type { Syscall } from '../01-syscalls/syscall.ts'

import type { Plan } from './plan.ts'

// #region explain
/** The text of `rocker explain`. */
export function explain(plan: Plan): string {
  const lists = [
    ['main', plan.main],
    ['after, in any case', plan.after],
    ['failed, if main did', plan.failed ?? []],
  ] as const
  return lists
    .filter(([, calls]) => calls.length > 0)
    .map(([title, calls]) =>
      [`${title}:`, ...lines(calls, '  ')].join('\n'),
    )
    .join('\n\n')
}
// #endregion explain

function lines(calls: readonly Syscall[], indent: string): string[] {
  let last = ''
  return calls.flatMap((call) => {
    const title = call.from
      ? `${call.from.chapter}: ${call.from.doing}`
      : ''
    const heading = title && title !== last ? [`${indent}# ${title}`] : []
    last = title
    const child = call.child ? lines(call.child, `${indent}  | `) : []
    return [...heading, `${indent}${formatCall(call)}`, ...child]
  })
}
