// A file that is copied has no name before it is whole (O_TMPFILE). Whoever
// reads there finds the old one or the new one, and when `cp` is killed, the
// kernel takes back what has no name.
//
// Filesystems that know no such files (NFS, overlayfs before Linux 6.3) get the
// name at once, as docker does it.
//
// man 2 open, O_TMPFILE; man 2 linkat

import {
  closeSync,
  constants,
  ftruncateSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs'

import { constant } from '../01-syscalls/constants.ts'
import { architecture, perform } from '../01-syscalls/perform.ts'
import { flags } from '../01-syscalls/syscall.ts'
import {
  type FileMetadata,
  finishFile,
} from '../08-images/file-metadata.ts'
import { cString, pathBytes, type RawPath } from '../08-images/raw-path.ts'
import { errorCode } from '../08-images/unpack-error.ts'

import { at } from './copy-tree.ts'

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants
const unnamed = ['EOPNOTSUPP', 'EISDIR', 'ENOENT', 'EINVAL']

/** Makes room for a name: removes what has it, unless that is a folder. */
export type Replace = <T>(make: () => T) => T

/** A new file in a folder that is open. */
export class CopiedFile implements Disposable {
  private readonly folder: number
  private readonly name: RawPath
  private readonly replace: Replace
  private readonly fd: number
  private isNamed = false
  private isWhole = false

  constructor(folder: number, name: RawPath, replace: Replace) {
    this.folder = folder
    this.name = name
    this.replace = replace
    this.fd = this.openUnnamed() ?? this.openNamed()
  }

  /** Puts bytes where they belong; what is left out is a hole. */
  write(chunk: Buffer, position: number): void {
    const { fd } = this
    for (let from = 0; from < chunk.length; ) {
      const left = chunk.length - from
      from += writeSync(fd, chunk, from, left, position + from)
    }
  }

  /** It is whole: gets its size, what else a file has, and its name. */
  finish(size: number, metadata: (fd: number) => FileMetadata): void {
    ftruncateSync(this.fd, size)
    finishFile(this.fd, metadata(this.fd))
    if (!this.isNamed) this.replace(() => this.giveName())
    this.isWhole = true
  }

  [Symbol.dispose](): void {
    closeSync(this.fd)
    if (this.isNamed && !this.isWhole)
      unlinkSync(at(this.folder, this.name))
  }

  private openUnnamed(): number | undefined {
    const how = O_WRONLY | Number(constant('O_TMPFILE', architecture()))
    try {
      return openSync(`/proc/self/fd/${this.folder}`, how, 0o600)
    } catch (error) {
      if (unnamed.includes(errorCode(error) ?? '')) return undefined
      throw error
    }
  }

  private openNamed(): number {
    const how = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
    const path = at(this.folder, this.name)
    const fd = this.replace(() => openSync(path, how, 0o600))
    this.isNamed = true
    return fd
  }

  private giveName(): void {
    perform({
      name: 'linkat',
      args: [
        flags('AT_FDCWD'),
        `/proc/self/fd/${this.fd}`,
        this.folder,
        cString(pathBytes(this.name)),
        flags('AT_SYMLINK_FOLLOW'),
      ],
    })
  }
}
