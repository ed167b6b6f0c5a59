// The name that is free again when a container goes with its end.
//
//   containers/<id>/name     "web", and a byte 0 behind it
//
// Its monitor has a plan from before the run, and a container may be renamed
// while it runs. So the plan does not say the name: it reads this file.

import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  filled,
  flags,
  lengthOf,
  output,
  result,
  type Syscall,
} from '../01-syscalls/syscall.ts'

import type { Container } from './container.ts'
import { folderOf } from './names.ts'

/** Notes what it is called from now on. */
export function noteName(folder: string, name: string): void {
  const path = join(folder, 'name')
  writeFileSync(`${path}.new`, `${name}\0`)
  renameSync(`${path}.new`, path)
}

/** What a monitor does at the end, while the container's folder is there. */
export function freeNotedName({ root, folder }: Container): Syscall[] {
  const at = flags('AT_FDCWD')
  return [
    {
      name: 'openat',
      args: [at, `${folder}/name`, flags('O_RDONLY', 'O_CLOEXEC')],
      ignore: ['ENOENT'], // it has none
      result: 'fd',
    },
    {
      name: 'read',
      args: [result('fd'), output('name', 256), lengthOf(1)],
      ignore: ['EBADF'],
    },
    { name: 'close', args: [result('fd')], ignore: ['EBADF'] },
    {
      name: 'openat',
      args: [
        at,
        folderOf(root),
        flags('O_PATH', 'O_DIRECTORY', 'O_CLOEXEC'),
      ],
      ignore: ['ENOENT'],
      result: 'names',
    },
    {
      name: 'unlinkat', // in that folder, or nowhere
      args: [result('names'), filled('name'), 0],
      ignore: ['ENOENT', 'EBADF', 'ENAMETOOLONG'],
    },
    { name: 'close', args: [result('names')], ignore: ['EBADF'] },
  ]
}
