// From an OCI profile to a program: which calls, which conditions, what to say.
//
//   which architecture?            else: kill, nobody knows these numbers
//   which number?                  by halves, in about eight steps
//   which arguments?               64 bits each, compared as two halves
//   return ALLOW, or an errno
//
// Numbers beyond those of the profile are of a newer kernel than its author
// knew: the answer is ENOSYS, so that programs fall back on what they had
// before. (runc does the same.)
//
// man 2 seccomp, config-linux.md#seccomp

import type {
  SpecAction,
  SpecCondition,
  SpecSeccomp,
} from '../09-containers/spec.ts'

import type { Instruction } from './bpf.ts'
import { multiplexed } from './multiplexed.ts'
import { compare } from './seccomp-compare.ts'
import {
  auditArch,
  callNumbers,
  type FilterArch,
  isFilterArch,
  x32Bit,
} from './syscall-table.ts'

/** Where the kernel puts it: struct seccomp_data. */
const offsets = { number: 0, arch: 4 } as const

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

const newer = returns.SCMP_ACT_ERRNO + enosys
/** A number means nothing where one does not know whose it is. */
const foreign = returns.SCMP_ACT_KILL_PROCESS

/** What is said to a call: always the same, or by its arguments. */
type Answer = number | Conditional

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
interface Range {
  readonly from: number
  readonly answer: Answer
}

/** The program that says to each call what the profile says. */
export function seccompProgram(seccomp: SpecSeccomp): Instruction[] {
  const answers = answersOf(seccomp)
  const sections = new Map<number, Range[]>()
  for (const arch of archesOf(seccomp)) {
    const section = sections.get(auditArch[arch]) ?? beginning(arch)
    section.push(...rangesOf(arch, answers, seccomp))
    sections.set(auditArch[arch], section)
  }
  return [
    { op: 'load', at: offsets.arch },
    ...[...sections.keys()].map(ifArch),
    { op: 'return', value: foreign },
    ...[...sections].flatMap(([audit, ranges]): Instruction[] => [
      { op: 'label', name: `arch ${audit}` },
      { op: 'load', at: offsets.number },
      ...search(ranges, `${audit}`),
    ]),
  ]
}

function ifArch(audit: number): Instruction {
  return { op: 'if', test: '=', value: audit, yes: `arch ${audit}` }
}

/** x86-64 first, and whether or not it is named: x32 is a part of it. */
function archesOf({ architectures = [] }: SpecSeccomp): FilterArch[] {
  const named = architectures.filter(isFilterArch)
  return [...new Set(named)].toSorted((a, b) => +isX32(a) - +isX32(b))
}

function isX32(arch: FilterArch): boolean {
  return arch === 'SCMP_ARCH_X32'
}

/** x32 without x86-64: the numbers below are nobody's. */
function beginning(arch: FilterArch): Range[] {
  return isX32(arch) ? [{ from: 0, answer: foreign }] : []
}

/** The number by which the kernel knows an answer. */
function returnValue(
  action: SpecAction,
  errno: number | undefined,
  { defaultErrnoRet }: Pick<SpecSeccomp, 'defaultErrnoRet'>,
): number {
  const hasData = action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE'
  return (
    returns[action] + (hasData ? (errno ?? defaultErrnoRet ?? eperm) : 0)
  )
}

/**
 * By the call's name. A rule with conditions is asked before one without:
 * it knows better. Of two without, the first one counts.
 */
function answersOf(seccomp: SpecSeccomp): Map<string, Answer> {
  const { defaultAction, syscalls = [] } = seccomp
  const otherwise = returnValue(defaultAction, undefined, seccomp)
  const answers = new Map<string, Answer>()
  const conditional = new Map<string, Rule[]>()
  for (const { names, action, errnoRet, args = [] } of syscalls) {
    const value = returnValue(action, errnoRet, seccomp)
    for (const name of names)
      if (args.length > 0) {
        const rules = conditional.get(name) ?? []
        rules.push({ value, conditions: args })
        conditional.set(name, rules)
      } else if (!answers.has(name)) answers.set(name, value)
  }
  for (const [name, rules] of conditional) {
    const fixed = answers.get(name)
    const last = typeof fixed === 'number' ? fixed : otherwise
    answers.set(name, { rules, otherwise: last })
  }
  return answers
}

/** All numbers that an architecture could have, in their order. */
function rangesOf(
  arch: FilterArch,
  answers: ReadonlyMap<string, Answer>,
  seccomp: SpecSeccomp,
): Range[] {
  const { defaultAction, architectures = [] } = seccomp
  const other = returnValue(defaultAction, undefined, seccomp)
  const ranges: Range[] = []
  let next = isX32(arch) ? x32Bit : 0
  const add = (from: number, answer: Answer) => {
    if (ranges.at(-1)?.answer !== answer) ranges.push({ from, answer })
    next = from + 1
  }
  for (const { from, answer } of namedRanges(arch, answers, other)) {
    if (from > next) add(next, other)
    add(from, answer)
  }
  add(next, lets(defaultAction) ? other : newer)
  if (arch === 'SCMP_ARCH_X86_64' && !architectures.some(isX32Name))
    add(x32Bit, foreign)
  return ranges
}

/** Whether what is not named is played all the same. */
function lets(action: SpecAction): boolean {
  return action === 'SCMP_ACT_ALLOW' || action === 'SCMP_ACT_LOG'
}

function isX32Name(name: string): boolean {
  return isFilterArch(name) && isX32(name)
}

/** The numbers of the calls that a profile names, in their order. */
function namedRanges(
  arch: FilterArch,
  answers: ReadonlyMap<string, Answer>,
  other: number,
): Range[] {
  const numbers = callNumbers(arch)
  const named: Range[] = []
  for (const [name, answer] of answers) {
    const from = numbers.get(name)
    if (from !== undefined && !(name in multiplexed))
      named.push({ from, answer })
  }
  for (const name of Object.keys(multiplexed)) {
    const from = numbers.get(name)
    if (from !== undefined)
      named.push({ from, answer: multiplexedAnswer(name, answers, other) })
  }
  return named.sort((a, b) => a.from - b.from)
}

/** socketcall(2, …) is answered as bind is, if that can be said at all. */
function multiplexedAnswer(
  name: string,
  answers: ReadonlyMap<string, Answer>,
  other: number,
): Answer {
  const own = answers.get(name) ?? other
  const otherwise = typeof own === 'number' ? own : own.otherwise
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

/** Is the number in the upper half of these ranges, or in the lower? */
function search(ranges: readonly Range[], name: string): Instruction[] {
  const half = ranges.length >> 1
  const [first] = ranges
  const middle = ranges[half]
  if (!first || !middle) return []
  if (half === 0) return answer(first.answer, `${name} ${first.from}`)
  const upper = `${name} from ${middle.from}`
  return [
    { op: 'if', test: '≥', value: middle.from, yes: upper },
    ...search(ranges.slice(0, half), name),
    { op: 'label', name: upper },
    ...search(ranges.slice(half), name),
  ]
}

/** The conditions of a rule are joined by "and", the rules by "or". */
function answer(given: Answer, name: string): Instruction[] {
  if (typeof given === 'number') return [{ op: 'return', value: given }]
  const { rules, otherwise } = given
  const asked = rules.flatMap(({ value, conditions }, i): Instruction[] => {
    const fails = `${name} behind rule ${i}`
    const tested = conditions.flatMap((condition, n): Instruction[] => {
      const holds = `${name} rule ${i} condition ${n}`
      const ways = { holds, fails }
      return [...compare(condition, ways), { op: 'label', name: holds }]
    })
    const returned: Instruction = { op: 'return', value }
    return [...tested, returned, { op: 'label', name: fails }]
  })
  return [...asked, { op: 'return', value: otherwise }]
}
