// Which number a call has, on each architecture that a filter may meet.
//
// An x86-64 kernel understands three kinds of programs: its own, those of i386
// (another table, by int 0x80), and those of x32, which have 32-bit pointers
// and set bit 30 of the number. One process may use all of them at any time, so
// a filter that knows only one table is no filter. An arm64 kernel understands
// the programs of 32-bit ARM, where the processor does.
//
// linux/audit.h, AUDIT_ARCH_*; man 2 seccomp

import {
  arm64Names,
  armNames,
  armPrivateNames,
  i386Names,
  sharedNames,
  withoutX32,
  x32Names,
  x64Names,
} from './syscall-names.ts'

export type FilterArch =
  | 'SCMP_ARCH_X86_64'
  | 'SCMP_ARCH_X86'
  | 'SCMP_ARCH_X32'
  | 'SCMP_ARCH_AARCH64'
  | 'SCMP_ARCH_ARM'

/** What the kernel calls it in seccomp_data.arch; x32 shares with x86-64. */
export const auditArch: Readonly<Record<FilterArch, number>> = {
  SCMP_ARCH_X86_64: 0xc000003e,
  SCMP_ARCH_X86: 0x40000003,
  SCMP_ARCH_X32: 0xc000003e,
  SCMP_ARCH_AARCH64: 0xc00000b7,
  SCMP_ARCH_ARM: 0x40000028,
}

/** ARM's private calls are behind this number, and no others are. */
export const armPrivate = 0xf0000

/** The bit in the number of each call of x32. */
export const x32Bit = 0x40000000

/** The number of each call of an architecture by its name, in their order. */
export function callNumbers(arch: FilterArch): ReadonlyMap<string, number> {
  const known = tables.get(arch)
  if (known) return known
  const table = makers[arch]()
  tables.set(arch, table)
  return table
}

/** `SCMP_ARCH_MIPS` is one that has no table here. */
export function isFilterArch(name: string): name is FilterArch {
  return name in makers
}

const tables = new Map<FilterArch, ReadonlyMap<string, number>>()

const makers: Readonly<Record<FilterArch, () => Map<string, number>>> = {
  SCMP_ARCH_X86_64: () => read([x64Names, sharedNames]),
  SCMP_ARCH_X86: () => read([i386Names, sharedNames]),
  SCMP_ARCH_X32: x32,
  SCMP_ARCH_AARCH64: () => read([arm64Names, sharedNames]),
  SCMP_ARCH_ARM: () => read([armNames, sharedNames, armPrivateNames]),
}

function x32(): Map<string, number> {
  const table = new Map<string, number>()
  const own = read([x32Names])
  for (const [name, number] of callNumbers('SCMP_ARCH_X86_64'))
    if (!own.has(name) && !withoutX32.includes(name))
      table.set(name, number + x32Bit)
  for (const [name, number] of own) table.set(name, number + x32Bit)
  return table
}

// "0   read write\n424 pidfd_open" → read 0, write 1, pidfd_open 424
function read(rows: readonly (() => string)[]): Map<string, number> {
  const table = new Map<string, number>()
  let number = 0
  for (const word of rows
    .map((row) => row())
    .join('')
    .split(/\s+/)) {
    if (word === '') continue
    const first = word.charCodeAt(0)
    if (first >= 48 && first <= 57) number = Number(word)
    else table.set(word, number++)
  }
  return table
}
