// Which devices a container may use: whoever makes a file for a disk in its own
// /dev cannot open it.
//
// All but these few are refused by the cgroup, whatever names they have inside.
// A file for any device may be made (mknod): that alone opens nothing.
//
// linux/Documentation/admin-guide/cgroup-v1/devices.rst

import { RockerError } from '../01-syscalls/rocker-error.ts'
import {
  flags,
  lengthOf,
  result,
  type Syscall,
} from '../01-syscalls/syscall.ts'
import { close } from '../04-rootfs/target.ts'
import type { SpecDeviceRule } from '../09-containers/spec.ts'

const usualDevices: readonly (readonly [number, number?])[] = [
  [1, 3], // null
  [1, 5], // zero
  [1, 7], // full
  [1, 8], // random
  [1, 9], // urandom
  [5, 0], // tty: whichever terminal is its own
  [5, 2], // ptmx
  [136], // all of its pseudo terminals
]

/** What every container may: docker's, without the host's own console. */
export const usualDeviceRules: readonly SpecDeviceRule[] = [
  { allow: false, access: 'rwm' },
  { allow: true, type: 'c', access: 'm' },
  { allow: true, type: 'b', access: 'm' },
  ...usualDevices.map(([major, minor]) => ({
    allow: true,
    type: 'c' as const,
    major,
    ...(minor === undefined ? {} : { minor }),
    access: 'rwm',
  })),
]

/** Of --privileged: there is nothing that it may not use. */
export const allDeviceRules: readonly SpecDeviceRule[] = [
  { allow: true, access: 'rwm' },
]

// "c 42:* rwm" → character devices of major 42
export function readDeviceRule(text: string): SpecDeviceRule {
  const [, type = '', major = '', minor = '', access = ''] =
    /^([acb]) (\d{1,8}|\*):(\d{1,8}|\*) ([rwm]{1,3})$/.exec(text) ?? []
  if (access === '')
    throw new RockerError(
      'bad-input',
      `allow devices by ${JSON.stringify(text)}`,
      {
        hint: '--device-cgroup-rule "c 42:* rwm": TYPE MAJOR:MINOR ACCESS',
      },
    )
  return {
    allow: true,
    type: type as 'a' | 'b' | 'c',
    ...(major === '*' ? {} : { major: Number(major) }),
    ...(minor === '*' ? {} : { minor: Number(minor) }),
    access,
  }
}

// #region write-rules
/** v1: two files, a rule a write; the last one counts. */
export function writeRules(
  folder: string,
  rules: readonly SpecDeviceRule[],
): Syscall[] {
  const file = (allow: boolean) => (allow ? 'allow' : 'deny')
  const each = rules.flatMap(ofEachKind)
  return each.flatMap((rule, i) => [
    ...(each[i - 1]?.allow === rule.allow
      ? []
      : open(`${folder}/devices.${file(rule.allow)}`)),
    write(rule),
    ...(each[i + 1]?.allow === rule.allow ? [] : [close('rules')]),
  ])
}
// #endregion write-rules

/** To the kernel "a" is all that there is, whatever stands behind it. */
function ofEachKind(rule: SpecDeviceRule): SpecDeviceRule[] {
  const { type = 'a' } = rule
  if (type !== 'a' || isEverything(rule)) return [rule]
  return [
    { ...rule, type: 'b' },
    { ...rule, type: 'c' },
  ]
}

function open(path: string): Syscall[] {
  const how = flags('O_WRONLY', 'O_CLOEXEC')
  return [
    {
      name: 'openat',
      args: [flags('AT_FDCWD'), path, how],
      result: 'rules',
    },
  ]
}

// c 136:* rwm
function write(rule: SpecDeviceRule): Syscall {
  const { type, major = '*', minor = '*', access } = rule
  const line = isEverything(rule)
    ? 'a'
    : `${type} ${major}:${minor} ${access}`
  return { name: 'write', args: [result('rules'), line, lengthOf(1)] }
}

/** Whether it is about all devices, and all that is done with them. */
export function isEverything(rule: SpecDeviceRule): boolean {
  const { type = 'a', major, minor, access } = rule
  const numbered = major !== undefined || minor !== undefined
  return type === 'a' && !numbered && access.length === 3
}
