// Files that outlive a power cut.
//
//   write elsewhere ─▶ fsync ─▶ rename ─▶ fsync the folder
//
// Without the first fsync a power cut leaves an empty file under the name,
// without the second no name.
//
// man 2 fsync, man 2 rename

import {
  closeSync,
  constants,
  fsyncSync,
  openSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** Replaces a file as a whole: readers see the old one or the new one. */
export function writeDurably(
  path: string,
  scratch: string,
  content: string,
): void {
  const written = join(scratch, 'written')
  const fd = openSync(written, 'w', 0o600)
  try {
    writeFileSync(fd, content)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  moveDurably(written, path)
}

/** Gives what is on the disk its name, and the name to the disk as well. */
export function moveDurably(from: string, to: string): void {
  renameSync(from, to)
  syncFolder(dirname(to))
}

/** Puts the names in a folder on the disk. */
export function syncFolder(path: string): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
