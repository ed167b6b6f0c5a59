// A new file takes the name of an old one: never that of a folder, and never
// that of something that is mounted.
//
// A file may be unlinked although it is mounted on in another mount namespace
// than ours: the kernel takes the mount off, and a container would have lost
// its /etc/hosts.
//
// man 2 unlink, man 5 proc_pid_fdinfo

import { readFileSync, unlinkSync } from 'node:fs'

import { errnoNumber, errnoSentence } from '../01-syscalls/errno.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { RawPath } from '../08-images/raw-path.ts'
import { errorCode } from '../08-images/unpack-error.ts'

import { at, isFolder, openAt, using } from './copy-tree.ts'

/** Makes something of this name in a folder; whatever has it makes room. */
export function replacing<T>(
  folder: number,
  name: RawPath,
  make: () => T,
): T {
  try {
    return make()
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
  const found = openAt(folder, name)
  if (found !== undefined)
    using(found, (fd) => checkReplaceable(fd, folder))
  unlinkSync(at(folder, name))
  return make()
}

function checkReplaceable(fd: number, folder: number): void {
  if (isFolder(fd)) throw clash('it would replace a folder')
  if (mountOf(fd) !== mountOf(folder))
    throw new RockerError('busy', errnoSentence(errnoNumber('EBUSY')), {
      hint: 'something is mounted there: change what is mounted',
    })
}

// pos: 0\nflags: …\nmnt_id: 29\n…
function mountOf(fd: number): string | undefined {
  const info = readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')
  return /^mnt_id:\s*(\d+)$/m.exec(info)?.[1]
}

/** Two names that cannot both be there. */
export function clash(message: string): RockerError {
  return new RockerError('refused', message, {
    hint: 'choose another name, or remove what is there first',
  })
}
