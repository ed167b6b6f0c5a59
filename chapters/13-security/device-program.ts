// cgroup v2 has no list of devices: it asks a program, each time that somebody
// opens one or makes a file for one. rocker writes it in the kernel's own code.
//
//   r1   what is asked: type and access, major, minor
//   r0   the answer: 1 is yes
//
// The kernel reads the program before it takes it, and refuses one that might
// not end. So there is no loop, and every jump goes forward.
//
// man 2 bpf, linux/Documentation/bpf/standardization/instruction-set.rst

import {
  flags,
  lengthOf,
  type Result,
  result,
  type Syscall,
  step,
  struct,
} from '../01-syscalls/syscall.ts'
import { close } from '../04-rootfs/target.ts'
import type { SpecDeviceRule } from '../09-containers/spec.ts'

import { isEverything } from './device-rules.ts'

// linux/bpf.h: what an instruction does, and its operand is a constant
const operations = {
  load: 0x61, // four bytes at an offset
  move: 0xb7,
  copy: 0xbf, // a register
  and: 0x57,
  shiftRight: 0x77,
  jumpIf: 0x15, // equal
  jumpUnless: 0x55,
  exit: 0x95,
} as const

interface Instruction {
  readonly does: keyof typeof operations
  readonly to?: number
  readonly from?: number
  /** How far into memory, or how many instructions to leap over. */
  readonly offset?: number
  readonly value?: number
}

const [answer, question, type, access, major, minor] = [0, 1, 2, 3, 4, 5]
const scratch = 6
const types = { b: 1, c: 2 } as const // BPF_DEVCG_DEV_BLOCK, _CHAR
const accesses = { m: 1, r: 2, w: 4 } as const // BPF_DEVCG_ACC_MKNOD, …
const all = 7

// #region device-program
/** The program that answers as these rules say; what none fits is no. */
export function deviceProgram(rules: readonly SpecDeviceRule[]): Buffer {
  const backwards = rules.toReversed() // the last that fits counts
  const end = backwards.findIndex(isEverything)
  const asked = end < 0 ? backwards : backwards.slice(0, end + 1)
  const program: Instruction[] = [
    { does: 'load', to: type, from: question },
    { does: 'copy', to: access, from: type },
    { does: 'and', to: type, value: 0xffff },
    { does: 'shiftRight', to: access, value: 16 },
    { does: 'load', to: major, from: question, offset: 4 },
    { does: 'load', to: minor, from: question, offset: 8 },
    ...asked.flatMap(checkRule),
    ...(end < 0 ? say(0) : []), // what is never reached is refused, too
  ]
  return Buffer.concat(program.map(bytesOf))
}
// #endregion device-program

// #region check-rule
/** Leaps behind itself as soon as something does not fit. */
function checkRule(rule: SpecDeviceRule): Instruction[] {
  // #region exercise-check-rule
  const checks = checksOf(rule)
  const answers = say(rule.allow ? 1 : 0)
  const end = checks.length + answers.length
  const leaping = checks.map((check, i) =>
    check.does.startsWith('jump')
      ? { ...check, offset: end - i - 1 }
      : check,
  )
  return [...leaping, ...answers]
  // #endregion exercise-check-rule
}
// #endregion check-rule

function checksOf(rule: SpecDeviceRule): Instruction[] {
  const { type: kind = 'a' } = rule
  return [
    ...unless(type, kind === 'a' ? undefined : types[kind]),
    ...unless(major, rule.major),
    ...unless(minor, rule.minor),
    ...checkAccess(rule),
  ]
}

function unless(to: number, value: number | undefined): Instruction[] {
  return value === undefined ? [] : [{ does: 'jumpUnless', to, value }]
}

/** All that is asked has to be allowed; one thing refused is enough. */
function checkAccess({
  allow,
  access: named,
}: SpecDeviceRule): Instruction[] {
  const bits = Object.entries(accesses)
    .filter(([letter]) => named.includes(letter))
    .reduce((sum, [, bit]) => sum | bit, 0)
  if (bits === all) return []
  return [
    { does: 'copy', to: scratch, from: access },
    { does: 'and', to: scratch, value: allow ? all & ~bits : bits },
    { does: allow ? 'jumpUnless' : 'jumpIf', to: scratch, value: 0 },
  ]
}

function say(value: 0 | 1): Instruction[] {
  return [{ does: 'move', to: answer, value }, { does: 'exit' }]
}

/** linux/bpf.h: struct bpf_insn */
function bytesOf(one: Instruction): Buffer {
  const { does, to = 0, from = 0, offset = 0, value = 0 } = one
  const bytes = Buffer.alloc(8)
  bytes.writeUInt8(operations[does], 0)
  bytes.writeUInt8(to | (from << 4), 1)
  bytes.writeInt16LE(offset, 2)
  bytes.writeInt32LE(value, 4)
  return bytes
}

/** The kernel asks it for all that are in the cgroup; it goes with that. */
export function attachProgram(
  rules: readonly SpecDeviceRule[],
  cgroup: Result,
): Syscall[] {
  const program = deviceProgram(rules)
  const load = struct({
    prog_type: [4, flags('BPF_PROG_TYPE_CGROUP_DEVICE')],
    insn_cnt: [4, program.length / 8],
    insns: [8, program],
    license: [8, 'GPL'],
    log: ['inline', Buffer.alloc(24)], // level, size and place: none
  })
  const attach = struct({
    target_fd: [4, cgroup],
    attach_bpf_fd: [4, result('program')],
    attach_type: [4, flags('BPF_CGROUP_DEVICE')],
    attach_flags: [4, flags('BPF_F_ALLOW_MULTI')],
  })
  return step('13-security', 'ask a program about devices', [
    {
      name: 'bpf',
      args: [flags('BPF_PROG_LOAD'), load, lengthOf(1)],
      result: 'program',
    },
    {
      name: 'bpf',
      args: [flags('BPF_PROG_ATTACH'), attach, lengthOf(1)],
    },
    close('program'),
  ])
}
