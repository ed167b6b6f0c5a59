// A trace for programs: a line of JSON for each call that was made, in the order
// of time. Where it stands in the plan say `plan`, `list` and `index`.

import { errnoName } from '../01-syscalls/errno.ts'
import { callDocument } from '../02-process/plan-document.ts'
import type { Answer, Trace, TracedPlan } from '../02-process/trace.ts'

import { type Played, playedLists } from './plan-processes.ts'

/** What `rocker explain --trace --json` prints of a call. */
export interface TracedCall {
  readonly plan: number // from 0: run has one of its client, and its monitor's
  readonly process: string // client, monitor, launcher, pid 1, joiner, …
  readonly list: Played['list']
  readonly index: number // in its list
  readonly name: string
  readonly args: readonly unknown[]
  readonly as: string | undefined // the name that its result has in others
  readonly ignore: readonly string[] | undefined
  readonly from: unknown
  readonly result: number | null // null: an errno, or it has not returned
  readonly errno: string | null
  readonly start: number // nanoseconds after the first call
  readonly nanoseconds: number | null
}

/** Each call that was made, the earliest first. */
export function tracedCalls({ plans }: Trace): TracedCall[] {
  const all = plans.flatMap((plan, number) =>
    playedLists(plan.plan).flatMap((played) =>
      callsOf(plan, played).map((call) => ({ plan: number, ...call })),
    ),
  )
  const sorted = all.sort((a, b) => a.start - b.start)
  const first = sorted[0]?.start ?? 0
  return sorted.map((call) => ({ ...call, start: call.start - first }))
}

function callsOf(
  { answers }: TracedPlan,
  { calls, list, process }: Played,
): Omit<TracedCall, 'plan'>[] {
  return calls.flatMap((call, index) =>
    answers(calls, index).map((answer) => {
      const { name, args, result, ignore, from } = callDocument(call)
      const about = { name, args, as: result, ignore, from }
      return { process, list, index, ...about, ...answerOf(answer) }
    }),
  )
}

function answerOf({
  start,
  returned,
}: Answer): Pick<TracedCall, 'result' | 'errno' | 'start' | 'nanoseconds'> {
  if (!returned)
    return { result: null, errno: null, start, nanoseconds: null }
  const { value, end } = returned
  const failed = value < 0
  return {
    result: failed ? null : value,
    errno: failed ? errnoName(-value) : null,
    start,
    nanoseconds: end - start,
  }
}
