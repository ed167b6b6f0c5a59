// From an OCI profile to a program: which calls, which conditions, what to say.
//
//   which architecture?     else: kill, for nobody knows what these numbers mean
//   which number?           by halves, in about eight steps
//   which arguments?        64 bits each, compared as two halves
//   return ALLOW, or an errno
//
// man 2 seccomp, struct seccomp_data

import type { SpecSeccomp } from '../09-containers/spec.ts'

import type { Instruction } from './bpf.ts'
import {
  type Answer,
  answersOf,
  foreign,
  type Range,
  rangesOf,
} from './seccomp-answers.ts'
import { compare } from './seccomp-compare.ts'
import {
  auditArch,
  type FilterArch,
  isFilterArch,
  x32Bit,
} from './syscall-table.ts'

const numberAt = 0 // in struct seccomp_data
const archAt = 4

/** The program that says to each call what the profile says. */
export function seccompProgram(seccomp: SpecSeccomp): Instruction[] {
  const program: Instruction[] = [{ op: 'load', at: archAt }]
  const sections = sectionsOf(seccomp)
  for (const audit of sections.keys())
    program.push({
      op: 'if',
      test: '=',
      value: audit,
      yes: `arch ${audit}`,
    })
  addAnswer(foreign, program)
  for (const [audit, ranges] of sections) {
    program.push({ op: 'label', name: `arch ${audit}` })
    program.push({ op: 'load', at: numberAt })
    search(ranges, program)
  }
  return program
}

/** By what the kernel calls an architecture: x32 is a part of x86-64. */
function sectionsOf(seccomp: SpecSeccomp): Map<number, readonly Range[]> {
  const { architectures = [] } = seccomp
  const has = new Set(architectures.filter(isFilterArch))
  const answers = answersOf(seccomp)
  const ranges = (arch: FilterArch, from: number) =>
    has.has(arch)
      ? rangesOf(arch, answers, seccomp)
      : [{ from, answer: foreign }]
  const sections = new Map<number, readonly Range[]>()
  for (const arch of has) {
    const isX64 = auditArch[arch] === auditArch.SCMP_ARCH_X86_64
    const all = isX64
      ? [
          ...ranges('SCMP_ARCH_X86_64', 0),
          ...ranges('SCMP_ARCH_X32', x32Bit),
        ]
      : ranges(arch, 0)
    sections.set(auditArch[arch], all)
  }
  return sections
}

// #region search
/** Is the number in the upper half of these ranges, or in the lower? */
function search(ranges: readonly Range[], program: Instruction[]): void {
  const half = ranges.length >> 1
  const [first] = ranges
  const middle = ranges[half]
  if (!first || !middle) return
  if (half === 0) {
    addAnswer(first.answer, program)
    return
  }
  // #region exercise-search-number
  const upper = program.length
  program.push({ op: 'if', test: '≥', value: middle.from, yes: upper })
  search(ranges.slice(0, half), program)
  program.push({ op: 'label', name: upper })
  search(ranges.slice(half), program)
  // #endregion exercise-search-number
}
// #endregion search

/** The conditions of a rule are joined by "and", the rules by "or". */
function addAnswer(answer: Answer, program: Instruction[]): void {
  if (typeof answer === 'number') {
    program.push({ op: 'return', value: answer })
    return
  }
  for (const { value, conditions } of answer.rules) {
    const fails = program.length
    for (const condition of conditions) {
      const holds = program.length + 0.5
      program.push(...compare(condition, { holds, fails }))
      program.push({ op: 'label', name: holds })
    }
    program.push({ op: 'return', value })
    program.push({ op: 'label', name: fails })
  }
  program.push({ op: 'return', value: answer.otherwise })
}
