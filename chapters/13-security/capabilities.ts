// What root may do, in 41 pieces.
//
//   bounding     what any program that it executes can ever get
//   permitted    what the process may use
//   effective    what it uses: the kernel asks for these
//   inheritable  what a program with marks in its file is given: nothing
//   ambient      what any program is given: nothing
//
// A program that root executes gets all that is in the bounding set, anybody
// else's nothing. So it is the bounding set that counts, and it only shrinks.
//
// man 7 capabilities, man 2 capset

import {
  flags,
  type Syscall,
  step,
  struct,
} from '../01-syscalls/syscall.ts'
import { readNumber } from '../06-cgroups/cgroup-file.ts'
import type { SpecCapabilities } from '../09-containers/spec.ts'

const chapter = '13-security'

/** In the order of their numbers: linux/capability.h. */
export const capabilityNames = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_DAC_READ_SEARCH',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETPCAP',
  'CAP_LINUX_IMMUTABLE',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_BROADCAST',
  'CAP_NET_ADMIN',
  'CAP_NET_RAW',
  'CAP_IPC_LOCK',
  'CAP_IPC_OWNER',
  'CAP_SYS_MODULE',
  'CAP_SYS_RAWIO',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
  'CAP_SYS_PACCT',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_NICE',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TIME',
  'CAP_SYS_TTY_CONFIG',
  'CAP_MKNOD',
  'CAP_LEASE',
  'CAP_AUDIT_WRITE',
  'CAP_AUDIT_CONTROL',
  'CAP_SETFCAP',
  'CAP_MAC_OVERRIDE',
  'CAP_MAC_ADMIN',
  'CAP_SYSLOG',
  'CAP_WAKE_ALARM',
  'CAP_BLOCK_SUSPEND',
  'CAP_AUDIT_READ',
  'CAP_PERFMON',
  'CAP_BPF',
  'CAP_CHECKPOINT_RESTORE',
] as const

export type CapabilityName = (typeof capabilityNames)[number]

// #region limit-capabilities
/** Whatever is not named can never be had again, by no program. */
export function limitCapabilities(names: readonly string[]): Syscall[] {
  const last =
    readNumber('/proc/sys/kernel/cap_last_cap') ??
    capabilityNames.length - 1
  const all = Array.from({ length: last + 1 }, (_, number) => number)
  const lost = all.filter(
    (number) => !names.includes(capabilityNames[number] ?? ''),
  )
  const drop = flags('PR_CAPBSET_DROP')
  return step(
    chapter,
    `keep ${names.length} capabilities of ${all.length}`,
    lost.map((number) => ({ name: 'prctl', args: [drop, number] })),
  )
}
// #endregion limit-capabilities

// #region set-capabilities
/** What the process itself has from here on. */
export function setCapabilities(
  sets: Omit<SpecCapabilities, 'bounding'>,
): Syscall[] {
  const { effective, permitted, inheritable, ambient } = sets
  const words = [0, 1].flatMap((half) =>
    [effective, permitted, inheritable].map((names, i) => {
      return [`word${half}${i}`, [4, bitsOf(names, half)]] as const
    }),
  )
  // linux/capability.h: version 3, two words a set; 0 is this process
  const header = struct({ version: [4, 0x20080522], pid: [4, 0] })
  return step(chapter, `have ${effective.length} capabilities`, [
    { name: 'capset', args: [header, struct(Object.fromEntries(words))] },
    ...ambient.map(raiseAmbient),
  ])
}
// #endregion set-capabilities

/** Thirty-two of them in a word. */
function bitsOf(names: readonly string[], half: number): number {
  const bits = names
    .map((name) => capabilityNumber(name) - half * 32)
    .filter((bit) => bit >= 0 && bit < 32)
  return bits.reduce((sum, bit) => sum + 2 ** bit, 0)
}

function raiseAmbient(name: string): Syscall {
  const raise = flags('PR_CAP_AMBIENT_RAISE')
  return {
    name: 'prctl',
    args: [flags('PR_CAP_AMBIENT'), raise, capabilityNumber(name), 0, 0],
  }
}

function capabilityNumber(name: string): number {
  return capabilityNames.indexOf(name as CapabilityName)
}

/** The set that /proc/PID/status shows as hexadecimal digits. */
export function namesOf(digits: string): CapabilityName[] {
  return capabilityNames.filter((_, i) => {
    const digit = digits.at(-1 - Math.floor(i / 4)) ?? '0'
    return (Number.parseInt(digit, 16) >> (i % 4)) & 1
  })
}
