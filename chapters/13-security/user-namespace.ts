// Root inside, nobody outside: a user namespace for a container that root starts.
//
//   monitor    makes the namespace, and maps its users to a range of the host's
//              the layers are shown through that map: root's files are root's
//   container  made by root as ever: its files, devices, limits
//              joins the namespace last of all, and is root of that alone
//
// So nothing of what was mounted belongs to it, and what it breaks out as is a
// number that owns nothing. Its mounts come into a copy that it cannot take apart.
//
// man 7 user_namespaces, MOUNT_ATTR_IDMAP in man 2 mount_setattr

import {
  flags,
  inside,
  result,
  type Syscall,
  step,
  text,
} from '../01-syscalls/syscall.ts'
import { become } from '../02-process/credentials.ts'
import { clone, waitFor } from '../02-process/run-process.ts'
import { writeFile } from '../02-process/write-file.ts'
import { openGate, waitAtGate } from '../03-namespaces/user-namespace.ts'
import { mapOwners } from '../12-volumes/mount-attributes.ts'

import type { IdRange } from './id-ranges.ts'

const chapter = '13-security'
const userns = result('userns')

// #region make-user-namespace
/**
 * By the monitor: a namespace is made by a process, and stays as long as
 * somebody has it open. So the process may go when it is mapped.
 */
export function makeUserNamespace({ first, size }: IdRange): Syscall[] {
  const pid = result('pid')
  const map = `0 ${first} ${size}`
  return [
    ...openGate(),
    ...clone({
      flags: ['CLONE_NEWUSER'],
      child: waitAtGate(),
      meanwhile: step(chapter, 'map the users of the container', [
        ...writeFile(text`/proc/${pid}/uid_map`, map),
        ...writeFile(text`/proc/${pid}/gid_map`, map),
        {
          name: 'openat',
          args: [
            flags('AT_FDCWD'),
            text`/proc/${pid}/ns/user`,
            flags('O_RDONLY', 'O_CLOEXEC'),
          ],
          result: 'userns',
        },
        { name: 'write', args: [inside('gate', 4), '.', 1] },
        { name: 'close', args: [inside('gate', 0)] },
        { name: 'close', args: [inside('gate', 4)] },
      ]),
    }),
    ...waitFor(),
    ...step(chapter, 'let go of who has made the namespace', [
      { name: 'close', args: [inside('lifeline', 4)] },
    ]),
  ]
}
// #endregion make-user-namespace

// #region map-folder
/**
 * In a mount namespace of its own: the folder is seen through the map from
 * now on. A file of the host's root belongs to the container's.
 */
export function mapFolder(folder: string): Syscall[] {
  return step(chapter, `map the owners of ${folder}`, [
    {
      name: 'open_tree',
      args: [
        flags('AT_FDCWD'),
        folder,
        flags('OPEN_TREE_CLONE', 'OPEN_TREE_CLOEXEC'),
      ],
      result: 'mapped',
    },
    mapOwners('mapped'),
    {
      name: 'move_mount',
      args: [
        result('mapped'),
        '',
        flags('AT_FDCWD'),
        folder,
        flags('MOVE_MOUNT_F_EMPTY_PATH'),
      ],
    },
    { name: 'close', args: [result('mapped')] },
  ])
}
// #endregion map-folder

/**
 * In the new process, before it makes anything: what root makes belongs to
 * root of the container. It keeps all that root may; that bit is gone when
 * the namespace is joined.
 */
export function makeAsOwner({ first }: IdRange): Syscall[] {
  const bits = flags('SECBIT_NO_SETUID_FIXUP')
  return step(chapter, `make everything as user ${first}`, [
    { name: 'prctl', args: [flags('PR_SET_SECUREBITS'), bits, 0, 0, 0] },
    { name: 'setfsgid', args: [first] },
    { name: 'setfsuid', args: [first] },
  ])
}

// #region join-user-namespace
/** In the container, when all is made: from now on it is root of this. */
export function joinUserNamespace(): Syscall[] {
  return step(chapter, 'be root of its own users alone', [
    { name: 'setns', args: [userns, flags('CLONE_NEWUSER')] },
    { name: 'close', args: [userns] },
    { name: 'unshare', args: [flags('CLONE_NEWNS')] },
    ...become({ uid: 0, gid: 0, groups: [] }),
  ])
}
// #endregion join-user-namespace
