// A filter as a person reads it: what is let through and what for, what depends
// on an argument, and what every other call is told.
//
//   allowed
//     read and write (28): read write readv writev pread64 …
//   by argument
//     socket: allowed if argument 0 is AF_UNIX, AF_INET, …; else EPERM

import type {
  SpecAction,
  SpecSeccomp,
  SpecSyscallRule,
} from '../09-containers/spec.ts'

import { clause, joined } from './explain-condition.ts'
import { groups } from './seccomp-groups.ts'
import { callNumbers, isFilterArch } from './syscall-table.ts'

const width = 76

/** The text of `rocker explain`, in lines of at most 76 columns. */
export function explainSeccomp(seccomp: SpecSeccomp): string {
  const { architectures = [], syscalls = [] } = seccomp
  const plain = syscalls.filter((rule) => !rule.args?.length)
  const byArgument = new Set(
    syscalls
      .filter((rule) => rule.args?.length)
      .flatMap(({ names }) => names),
  )
  const free = plain.map((rule) => ({
    ...rule,
    names: rule.names.filter((name) => !byArgument.has(name)),
  }))
  return [
    ...paragraph('', `filter of system calls: ${architectures.join(', ')}`),
    '  allowed',
    ...allowedLines(free),
    ...(byArgument.size ? ['  by argument'] : []),
    ...[...byArgument].flatMap((name) => conditionLines(name, seccomp)),
    ...answeredLines(free, seccomp),
    ...otherLines(seccomp),
  ].join('\n')
}

function allowedLines(rules: readonly SpecSyscallRule[]): string[] {
  const allowed = new Set(
    rules
      .filter(({ action }) => action === 'SCMP_ACT_ALLOW')
      .flatMap(({ names }) => names),
  )
  const lines: string[] = []
  for (const { what, calls } of groups) {
    const names = calls.split(/\s+/).filter((name) => allowed.delete(name))
    if (names.length > 0)
      lines.push(cut(`${what} (${names.length})`, names))
  }
  if (allowed.size > 0)
    lines.push(cut(`others (${allowed.size})`, [...allowed]))
  return lines
}

function cut(title: string, names: readonly string[]): string {
  const line = `    ${title}: ${names.join(' ')}`
  if (line.length <= width) return line
  return `${line.slice(0, line.lastIndexOf(' ', width - 2))} …`
}

/** What is said to the calls that are answered, and not made. */
function answeredLines(
  rules: readonly SpecSyscallRule[],
  seccomp: SpecSeccomp,
): string[] {
  const told = new Map<string, string[]>()
  for (const rule of rules) {
    if (rule.action === 'SCMP_ACT_ALLOW' || rule.names.length === 0)
      continue
    const said = answer(rule, seccomp)
    told.set(said, [...(told.get(said) ?? []), ...rule.names])
  }
  return [...told].flatMap(([said, names]) =>
    paragraph('  ', `${said}: ${names.join(' ')}`),
  )
}

function conditionLines(name: string, seccomp: SpecSeccomp): string[] {
  const about = (seccomp.syscalls ?? []).filter(({ names }) =>
    names.includes(name),
  )
  const clauses = new Map<string, string[]>()
  for (const rule of about) {
    if (!rule.args?.length) continue
    const said = answer(rule, seccomp)
    const condition = rule.args
      .map((one) => clause(name, one))
      .join(' and ')
    clauses.set(said, [...(clauses.get(said) ?? []), condition])
  }
  const rest = about.find((rule) => !rule.args?.length)
  const last = rest ? answer(rest, seccomp) : unnamed(seccomp)
  const sentences = [...clauses].map(
    ([said, conditions]) => `${said} if ${joined(conditions)}`,
  )
  return paragraph('    ', `${name}: ${sentences.join('; ')}; else ${last}`)
}

/** What the calls are told that no rule names, and those that are newer. */
function otherLines(seccomp: SpecSeccomp): string[] {
  const { architectures = [], syscalls = [] } = seccomp
  const named = new Set(syscalls.flatMap(({ names }) => names))
  const native = architectures.find(isFilterArch)
  const table = native ? [...callNumbers(native)] : []
  const known = table.filter(([name]) => named.has(name))
  const newest = known.at(-1)?.[1] ?? 0
  const others = table
    .filter(([name, number]) => !named.has(name) && number < newest)
    .map(([name]) => name)
  const said = unnamed(seccomp)
  if (/ALLOW|LOG/.test(seccomp.defaultAction))
    return [`  ${said}: all others`]
  return [
    ...paragraph('  ', `ENOSYS: what is newer than ${known.at(-1)?.[0]}`),
    ...paragraph('  ', `${said}: all others, as ${others.join(' ')}`),
  ]
}

function unnamed(seccomp: SpecSeccomp): string {
  return answer({ action: seccomp.defaultAction }, seccomp)
}

const errnos: Readonly<Record<number, string>> = {
  1: 'EPERM',
  38: 'ENOSYS',
}

const words: Readonly<Record<SpecAction, string>> = {
  SCMP_ACT_ALLOW: 'allowed',
  SCMP_ACT_ERRNO: '',
  SCMP_ACT_KILL: 'thread killed',
  SCMP_ACT_KILL_PROCESS: 'killed',
  SCMP_ACT_KILL_THREAD: 'thread killed',
  SCMP_ACT_LOG: 'allowed and logged',
  SCMP_ACT_TRACE: 'left to a tracer',
  SCMP_ACT_TRAP: 'SIGSYS',
}

function answer(
  { action, errnoRet }: { action: SpecAction; errnoRet?: number },
  { defaultErrnoRet = 1 }: SpecSeccomp,
): string {
  const errno = errnoRet ?? defaultErrnoRet
  return words[action] || (errnos[errno] ?? `errno ${errno}`)
}

/** Broken between words; what goes on stands two columns further in. */
function paragraph(indent: string, text: string): string[] {
  const lines: string[] = []
  let line = indent
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = `${indent}  ${word}`
    } else line += line.trim() === '' ? word : ` ${word}`
  }
  return [...lines, line]
}
