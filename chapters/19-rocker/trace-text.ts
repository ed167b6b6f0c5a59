// A trace for people: the text of explain, and behind each call that was made its
// answer, and how long that took.
//
//   pid = clone3({…}, 88) = 4711, pid 1 <84.2 µs>
//     | mount("proc", "/proc", "proc", 0, NULL) = 0 <9.5 µs>
//     | execve("/bin/no", …) = ENOENT (no such file or directory), ignored <3.1 µs>

import { errnoNumber, errnoSentence } from '../01-syscalls/errno.ts'
import { formatCall } from '../01-syscalls/format-call.ts'
import type { Syscall } from '../01-syscalls/syscall.ts'
import { explain, type Show } from '../02-process/explain.ts'
import type { Answer, Trace, TracedPlan } from '../02-process/trace.ts'

import { humanTime } from './human.ts'
import { playedLists, processOf } from './plan-processes.ts'

/** All that was played, one plan after the other. */
export function traceText({ plans, lost }: Trace): string {
  const texts = plans.map(planText)
  const more = `${lost} more calls: there was no room for their answers`
  return [...texts, ...(lost > 0 ? [more] : [])].join('\n\n')
}

function planText({ plan, answers }: TracedPlan): string {
  const [{ process } = { process: '' }] = playedLists(plan)
  const show: Show = (call, list, index) => {
    const [first, ...others] = answers(list, index)
    if (!first) return undefined
    const again = others.length > 0 ? `, ${others.length} times more` : ''
    const { ignore: _, ...bare } = call // that is said where it was needed
    return `${formatCall(bare)} = ${answered(call, first)}${again}`
  }
  return `${process}:\n${explain(plan, show)}`
}

function answered(call: Syscall, { start, returned }: Answer): string {
  if (!returned)
    return call.name === 'execve' || call.name === 'execveat'
      ? 'the process is this program now'
      : 'it has not returned'
  const { value, end } = returned
  const what = value < 0 ? failed(call, -value) : worked(call, value)
  return start ? `${what} <${humanTime(end - start)}>` : what
}

function worked(call: Syscall, value: number): string {
  return call.child ? `${value}, ${processOf(call)}` : `${value}`
}

function failed({ ignore = [] }: Syscall, errno: number): string {
  const isFine = ignore.some((name) => errnoNumber(name) === errno)
  return `${errnoSentence(errno)}${isFine ? ', ignored' : ''}`
}
