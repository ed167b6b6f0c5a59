// What rocker's filter says to a call that the reader types: the program is
// made and played here, in the browser, by the modules of chapter 13.

import {
  assemble,
  codes,
  tests,
} from '../../../chapters/13-security/bpf.ts'
import { callValues } from '../../../chapters/13-security/call-values.ts'
import {
  answerOf,
  type Call,
  callOf,
  judge,
} from '../../../chapters/13-security/judge.ts'
import { defaultSeccomp } from '../../../chapters/13-security/seccomp.ts'
import { groups } from '../../../chapters/13-security/seccomp-groups.ts'
import { seccompProgram } from '../../../chapters/13-security/seccomp-program.ts'
import {
  auditArch,
  callNumbers,
  type FilterArch,
} from '../../../chapters/13-security/syscall-table.ts'

export interface Question {
  /** unshare(CLONE_NEWUSER) */
  readonly text: string
  readonly arch: FilterArch
  readonly capabilities: readonly string[]
}

/** What makes the filter say so. */
export type Why =
  | 'named' // the profile allows it, whatever its arguments are
  | 'argument' // by what is in an argument
  | 'unnamed' // nobody has allowed it
  | 'hidden' // clone3: its flags lie in memory
  | 'multiplexed' // socketcall: which socket, lies in memory
  | 'newer' // than the profile
  | 'foreign' // another architecture

export type Said =
  | { readonly kind: 'unreadable'; readonly word: string }
  | {
      readonly kind: 'answer'
      readonly answer: string
      readonly why: Why
      /** With any of these capabilities it would be allowed. */
      readonly widening: readonly string[]
      readonly steps: readonly Step[]
      readonly instructions: number
    }

/** An instruction that was played. */
export interface Step {
  readonly at: number
  readonly text: string
  readonly answer?: 'yes' | 'no'
  /** Where it went on, if that was not the next one. */
  readonly to?: number
}

const arches = {
  SCMP_ARCH_X86_64: 'x86-64',
  SCMP_ARCH_X86: 'i386',
  SCMP_ARCH_X32: 'x32',
  SCMP_ARCH_AARCH64: 'arm64',
} as const satisfies Record<FilterArch, string>

export const archNames = Object.entries(arches) as [FilterArch, string][]

/** Plays the filter of an x86-64 machine. */
export function ask({ text, arch, capabilities }: Question): Said {
  const call = read(text, arch)
  if (typeof call === 'string') return { kind: 'unreadable', word: call }
  const program = programFor(capabilities)
  const { value, path } = judge(program, call)
  const answer = nameOf(answerOf(value))
  const name = text.trim().replace(/\W.*$/s, '')
  return {
    kind: 'answer',
    answer,
    why: whyOf(name, answer, capabilities),
    widening: answer === 'ALLOW' ? [] : wideningFor(name),
    steps: path.map((at, i) => stepOf(program, at, path[i + 1])),
    instructions: program.length / 8,
  }
}

const programs = new Map<string, Uint8Array>()

function programFor(capabilities: readonly string[]): Uint8Array {
  const key = capabilities.join()
  const seccomp = defaultSeccomp({ capabilities, architecture: 'x64' })
  const program = programs.get(key) ?? assemble(seccompProgram(seccomp))
  programs.set(key, program)
  return program
}

const constants: ReadonlyMap<string, number> = new Map([
  ...Object.values(callValues).flatMap((named) => Object.entries(named)),
  ...Object.entries({
    SIGCHLD: 17,
    SOCK_STREAM: 1,
    SOCK_DGRAM: 2,
    NULL: 0,
  }),
])

/** The call, or the word that nobody understands. */
function read(text: string, arch: FilterArch): Call | string {
  const [, name = '', list = ''] =
    /^\s*(\w+)\s*(?:\(\s*(.*?)\s*\)?)?\s*;?\s*$/s.exec(text) ?? []
  const number = /^\d{1,9}$/.test(name)
    ? Number(name)
    : callNumbers(arch).get(name)
  if (number === undefined) return name || text.trim()
  const args: bigint[] = []
  for (const word of list === '' ? [] : list.split(',')) {
    const value = argumentOf(word.trim())
    if (typeof value === 'string') return value
    args.push(arch === 'SCMP_ARCH_X86' ? BigInt.asUintN(32, value) : value)
  }
  return args.length > 6 ? list : callOf(arch, number, args)
}

// "CLONE_NEWUSER | 17" → 0x10000011
function argumentOf(text: string): bigint | string {
  let all = 0n
  for (const word of text.split('|').map((one) => one.trim())) {
    const constant = constants.get(word)
    if (constant !== undefined) all |= BigInt(constant)
    else if (/^(-?\d{1,20}|0x[\da-f]{1,16})$/i.test(word))
      all |= BigInt(word)
    else if (!/^(".*"|[a-z]\w*)$/.test(word)) return word
    // a text or a variable is a pointer: any number will do
  }
  return all
}

function nameOf(answer: string | number): string {
  if (answer === 1) return 'EPERM'
  if (answer === 38) return 'ENOSYS'
  return `${answer}`
}

function whyOf(
  name: string,
  answer: string,
  capabilities: readonly string[],
): Why {
  if (answer === 'KILL_PROCESS') return 'foreign'
  if (answer === 'ENOSYS') return name === 'clone3' ? 'hidden' : 'newer'
  if (name === 'socketcall' && answer === 'EPERM') return 'multiplexed'
  const { syscalls = [] } = defaultSeccomp({
    capabilities,
    architecture: 'x64',
  })
  const about = syscalls.filter(({ names }) => names.includes(name))
  if (about.some(({ args }) => args) || name === 'socketcall')
    return 'argument'
  return answer === 'ALLOW' ? 'named' : 'unnamed'
}

function wideningFor(name: string): readonly string[] {
  return groups
    .filter(({ calls }) => calls.split(/\s+/).includes(name))
    .flatMap(({ needs = [] }) => needs)
}

/** One instruction, as a person writes it. */
function stepOf(program: Uint8Array, at: number, next?: number): Step {
  const view = new DataView(program.buffer, program.byteOffset + at * 8)
  const code = view.getUint16(0, true)
  const value = view.getUint32(4, true)
  const jump = next !== undefined && next !== at + 1 ? { to: next } : {}
  if (code === codes.load) return { at, text: `load ${placeOf(value)}` }
  if (code === codes.and) return { at, text: `and ${hex(value)}` }
  if (code === codes.goto) return { at, text: 'go on', ...jump }
  if (code === codes.return)
    return { at, text: `return ${nameOf(answerOf(value))}` }
  const [test] =
    Object.entries(tests).find(([, known]) => known === code) ?? []
  const passed = (next ?? 0) - at - 1
  const yes = view.getUint8(2)
  const answer = passed === yes ? 'yes' : 'no'
  return { at, text: `${test} ${valueText(value)} ?`, answer, ...jump }
}

// of struct seccomp_data
function placeOf(offset: number): string {
  if (offset === 0) return 'number'
  if (offset === 4) return 'arch'
  const half = offset % 8 === 4 ? 'upper' : 'lower'
  return `args[${Math.floor((offset - 16) / 8)}] ${half}`
}

function valueText(value: number): string {
  const arch = archNames.find(([name]) => auditArch[name] === value)
  return arch ? arch[1] : hex(value)
}

function hex(value: number): string {
  return value < 1000 ? `${value}` : `0x${value.toString(16)}`
}
