// What a profile says to each number that a call could have.
//
//   read 0, write 1, …, clone 56   ▶   0 ALLOW · 56 by its arguments · 57 ALLOW
//   neighbours with one answer are one range, so that there is less to ask
//
// Numbers beyond those of the profile are of a newer kernel than its author
// knew: the answer is ENOSYS, and programs fall back on what they had before.
// (runc does the same.)
//
// config-linux.md#seccomp in the OCI runtime spec

import type {
  SpecAction,
  SpecCondition,
  SpecSeccomp,
} from '../09-containers/spec.ts'

import { multiplexed } from './multiplexed.ts'
import {
  armPrivate,
  callNumbers,
  type FilterArch,
  x32Bit,
} from './syscall-table.ts'

/** What is said to a call: always the same, or by its arguments. */
export type Answer = number | Conditional

interface Conditional {
  /** In their order; the first whose conditions all hold. */
  readonly rules: readonly Rule[]
  /** Where none of them holds. */
  readonly otherwise: number
}

interface Rule {
  readonly value: number
  readonly conditions: readonly SpecCondition[]
}

/** All numbers from this one on, up to the next range. */
export interface Range {
  readonly from: number
  readonly answer: Answer
}

const eperm = 1
const enosys = 38

// linux/seccomp.h, SECCOMP_RET_…
const returns = {
  SCMP_ACT_KILL: 0,
  SCMP_ACT_KILL_THREAD: 0,
  SCMP_ACT_KILL_PROCESS: 0x80000000,
  SCMP_ACT_TRAP: 0x00030000,
  SCMP_ACT_ERRNO: 0x00050000,
  SCMP_ACT_TRACE: 0x7ff00000,
  SCMP_ACT_LOG: 0x7ffc0000,
  SCMP_ACT_ALLOW: 0x7fff0000,
} as const satisfies Record<SpecAction, number>

/**
 * To a program of another machine: nobody knows which call it means, and with
 * an errno it would go on. (libseccomp kills it as well.)
 */
export const foreign: Answer = returns.SCMP_ACT_KILL_PROCESS
const newer: Answer = returns.SCMP_ACT_ERRNO + enosys

/**
 * By the call's name. A rule with conditions is asked before one without:
 * it knows better. Of two without, the first one counts.
 */
export function answersOf(seccomp: SpecSeccomp): Map<string, Answer> {
  const answers = new Map<string, Answer>()
  const conditional = new Map<string, Rule[]>()
  for (const { names, action, errnoRet, args } of seccomp.syscalls ?? []) {
    const value = returnValue(action, errnoRet, seccomp)
    for (const name of names)
      if (args?.length) {
        const rules = conditional.get(name) ?? []
        rules.push({ value, conditions: args })
        conditional.set(name, rules)
      } else if (!answers.has(name)) answers.set(name, value)
  }
  for (const [name, rules] of conditional) {
    const otherwise = answers.get(name) ?? unnamed(seccomp)
    answers.set(name, { rules, otherwise: fixed(otherwise) })
  }
  return answers
}

/** The number by which the kernel knows an answer. */
function returnValue(
  action: SpecAction,
  errno: number | undefined,
  { defaultErrnoRet = eperm }: Pick<SpecSeccomp, 'defaultErrnoRet'>,
): number {
  const hasData = action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE'
  return returns[action] + (hasData ? (errno ?? defaultErrnoRet) : 0)
}

/** What is said to a call that no rule names. */
function unnamed(seccomp: SpecSeccomp): number {
  return returnValue(seccomp.defaultAction, undefined, seccomp)
}

function fixed(answer: Answer): number {
  return typeof answer === 'number' ? answer : answer.otherwise
}

/** All numbers that an architecture could have, in their order. */
export function rangesOf(
  arch: FilterArch,
  answers: ReadonlyMap<string, Answer>,
  seccomp: SpecSeccomp,
): Range[] {
  const ranges: Range[] = []
  const other = unnamed(seccomp)
  const beyond = lets(seccomp.defaultAction) ? other : newer
  let last: Answer | undefined
  let next = arch === 'SCMP_ARCH_X32' ? x32Bit : 0
  const add = (from: number, answer: Answer) => {
    if (answer !== last) ranges.push({ from, answer })
    last = answer
    next = from + 1
  }
  for (const [name, number] of callNumbers(arch)) {
    const answer =
      name in multiplexed
        ? multiplexedAnswer(name, answers, other)
        : answers.get(name)
    if (answer === undefined) continue
    const isBehindAll = number > armPrivate && next < armPrivate
    if (isBehindAll) add(next, beyond)
    else if (number > next) add(next, other)
    add(number, answer)
  }
  add(next, beyond)
  return ranges
}

/** Whether what is not named is played all the same. */
function lets(action: SpecAction): boolean {
  return action === 'SCMP_ACT_ALLOW' || action === 'SCMP_ACT_LOG'
}

/** socketcall(2, …) is answered as bind is, if that can be said at all. */
function multiplexedAnswer(
  name: string,
  answers: ReadonlyMap<string, Answer>,
  other: number,
): Answer {
  const own = answers.get(name) ?? other
  const otherwise = fixed(own)
  const { mask = 0, calls = [] } = multiplexed[name] ?? {}
  const rules = calls.flatMap(([first, meant]): Rule[] => {
    const value = answers.get(meant) ?? other
    if (typeof value !== 'number' || value === otherwise) return []
    const op = 'SCMP_CMP_MASKED_EQ'
    const is: SpecCondition = { index: 0, op, value: mask, valueTwo: first }
    return [{ value, conditions: [is] }]
  })
  const all = [...(typeof own === 'number' ? [] : own.rules), ...rules]
  return all.length > 0 ? { rules: all, otherwise } : otherwise
}
