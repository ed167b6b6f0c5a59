// What a mount can be: read-only, without set-uid programs, without devices.
//
// They belong to the mount, not to the filesystem: the same folder may be
// writable in one place and read-only in another, or shown to a container
// through its map of users (idmap, as config.json has it).
//
// man 2 mount_setattr

import type { ConstantName } from '../01-syscalls/constants.ts'
import {
  type Flags,
  flags,
  lengthOf,
  type Result,
  result,
  type Syscall,
  struct,
} from '../01-syscalls/syscall.ts'

const names: Readonly<Record<string, ConstantName>> = {
  ro: 'MOUNT_ATTR_RDONLY',
  nosuid: 'MOUNT_ATTR_NOSUID',
  nodev: 'MOUNT_ATTR_NODEV',
  noexec: 'MOUNT_ATTR_NOEXEC',
}

const propagations: Readonly<Record<string, ConstantName>> = {
  private: 'MS_PRIVATE',
  slave: 'MS_SLAVE',
  shared: 'MS_SHARED',
}

/** The attributes among the options of config.json. */
export function attributes(options: readonly string[]): Flags {
  return flags(
    ...Object.entries(names).flatMap(([option, name]) =>
      options.includes(option) ? [name] : [],
    ),
  )
}

// #region set-attributes
/** Gives a mount that has no place yet what its options say. */
export function setAttributes(
  mount: string,
  options: readonly string[],
): Syscall[] {
  const set = attributes(options)
  const word = options.find((option) =>
    Object.hasOwn(propagations, option.replace(/^r/, '')),
  )
  const name = propagations[word?.replace(/^r/, '') ?? '']
  return [
    ...(options.includes('idmap') ? [mapOwners(mount)] : []),
    ...(set.names.length > 0
      ? [change(mount, { set, isDeep: options.includes('rro') })]
      : []),
    ...(name
      ? [
          change(mount, {
            propagation: flags(name),
            isDeep: word?.[0] === 'r',
          }),
        ]
      : []),
  ]
}
// #endregion set-attributes

/** Through the map of the user namespace that is open as `userns`. */
export function mapOwners(mount: string): Syscall {
  return change(mount, {
    set: flags('MOUNT_ATTR_IDMAP'),
    users: result('userns'),
    isDeep: false,
  })
}

function change(
  mount: string,
  how: {
    readonly set?: Flags
    readonly users?: Result
    readonly propagation?: Flags
    /** Also the mounts in it. */
    readonly isDeep: boolean
  },
): Syscall {
  const what = struct({
    attr_set: [8, how.set ?? 0],
    attr_clr: [8, 0],
    propagation: [8, how.propagation ?? 0],
    userns_fd: [8, how.users ?? 0],
  })
  return {
    name: 'mount_setattr',
    args: [
      result(mount),
      '',
      how.isDeep
        ? flags('AT_EMPTY_PATH', 'AT_RECURSIVE')
        : flags('AT_EMPTY_PATH'),
      what,
      lengthOf(3),
    ],
  }
}
