// A file of a layer while its content arrives.

import {
  closeSync,
  constants,
  ftruncateSync,
  openSync,
  writeSync,
} from 'node:fs'

import { finishFile } from './file-metadata.ts'
import type { Entry } from './layer-entry.ts'

// never what is there already, and never what a link leads to
const createFlags =
  constants.O_WRONLY |
  constants.O_CREAT |
  constants.O_EXCL |
  constants.O_NOFOLLOW

/** A new file, open until its last byte is there. */
export class LayerFile {
  readonly entry: Entry
  private readonly fd: number
  private end = 0

  /** Throws EEXIST where there is something of this name. */
  constructor(path: Buffer, entry: Entry) {
    this.entry = entry
    this.fd = openSync(path, createFlags, 0o600)
  }

  /** Puts bytes where they belong; what is left out is a hole. */
  write(chunk: Buffer, position: number): void {
    let from = 0
    while (from < chunk.length)
      from += writeSync(
        this.fd,
        chunk,
        from,
        chunk.length - from,
        position + from,
      )
    this.end = position + chunk.length
  }

  /** Gives it its size, if a hole is its end, and what else a file has. */
  finish(): void {
    const { size } = this.entry
    if (this.end < size) ftruncateSync(this.fd, size)
    finishFile(this.fd, this.entry)
  }

  close(): void {
    closeSync(this.fd)
  }
}
