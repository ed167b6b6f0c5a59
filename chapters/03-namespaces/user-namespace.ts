// In a user namespace everybody can be root, over what belongs to it.
//
// Its ids mean nothing until they are mapped, and the map is written from
// outside. So the new process waits at a pipe, and the kernel's "who are you"
// is answered before it goes on.
//
//   clone3(CLONE_NEWUSER) ─▶ read(pipe)            the child waits
//   write /proc/PID/setgroups, uid_map, gid_map    the parent maps
//   write(pipe) ────────────▶ goes on as root
//
// man 7 user_namespaces

import {
  flags,
  inside,
  output,
  result,
  type Syscall,
  step,
  text,
} from '../01-syscalls/syscall.ts'
import { writeFile } from '../02-process/write-file.ts'

const chapter = '03-namespaces'
const pid = result('pid')

/** Root inside is this user outside. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

// #region user-namespace
/** Before the clone3: the pipe that the child waits at. */
export function openGate(): Syscall[] {
  return step(chapter, 'make a gate for the new process', [
    { name: 'pipe2', args: [output('gate', 8), flags('O_CLOEXEC')] },
  ])
}

/** In the child, first: wait until the ids are mapped. */
export function waitAtGate(): Syscall[] {
  return step(chapter, 'wait for the id maps', [
    { name: 'close', args: [inside('gate', 4)] },
    {
      name: 'read',
      args: [inside('gate', 0), output('byte', 1), 1],
      result: 'got',
    },
    // EPIPE: the parent is gone
    { name: 'expect', args: [result('got'), 1, 32] },
    { name: 'close', args: [inside('gate', 0)] },
  ])
}

/** In the parent, meanwhile: map one user, and open the gate. */
export function mapOwner({ uid, gid }: Owner): Syscall[] {
  // #region exercise-map-owner
  return step(chapter, 'map root of the namespace to a user outside', [
    // who could drop a group could undo "this group may not": so never
    ...writeFile(text`/proc/${pid}/setgroups`, 'deny'),
    ...writeFile(text`/proc/${pid}/uid_map`, `0 ${uid} 1`),
    ...writeFile(text`/proc/${pid}/gid_map`, `0 ${gid} 1`),
    { name: 'write', args: [inside('gate', 4), '.', 1] },
    { name: 'close', args: [inside('gate', 0)] },
    { name: 'close', args: [inside('gate', 4)] },
  ])
  // #endregion exercise-map-owner
}
// #endregion user-namespace
