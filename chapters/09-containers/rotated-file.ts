// Reading a file that others append to, and put aside when it has grown:
//
//   log.2   log.1   log        log → log.1 → log.2, and a new log
//   ──────────────▶ time
//
// The writer asks nobody, and waits for nobody. A file that we have open stays,
// whatever its name is by now: so the files are opened first, the newest first,
// and none is missed that is put aside meanwhile.
//
// man 2 rename

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

import { hasCode } from '../05-overlay/leftovers.ts'

/** What was read, and whether it is a file's first. */
export interface Piece {
  readonly bytes: Buffer
  readonly begins: boolean
}

const atOnce = 1024 * 1024
const beginning = 48 // bytes by which two files are told apart

/** A file and those that were put aside, as one stream from the oldest on. */
export class RotatedFile implements Disposable {
  private readonly path: string
  private files: number[] // the oldest first
  private at = 0
  private first = Buffer.alloc(0)

  constructor(path: string) {
    this.path = path
    this.files = this.filesAfter(undefined)
  }

  /** What comes next; nothing where there is no more for now. */
  read(): Piece | undefined {
    if (this.files.length === 0) this.files = this.filesAfter(undefined)
    for (;;) {
      const file = this.files[0]
      if (file === undefined) return undefined
      const piece = this.readFrom(file)
      if (piece) return piece
      if (fstatSync(file).size < this.at)
        this.at = 0 // it was emptied
      else if (!this.goOn(file)) return this.readFrom(file)
    }
  }

  [Symbol.dispose](): void {
    for (const file of this.files) closeSync(file)
    this.files = []
  }

  private readFrom(file: number): Piece | undefined {
    if (
      this.at > 0 &&
      !this.first.equals(bytesAt(file, 0, this.first.length))
    )
      this.at = 0 // emptied, and grown beyond our place again
    const bytes = bytesAt(file, this.at, atOnce)
    if (bytes.length === 0) return undefined
    const begins = this.at === 0
    if (begins) this.first = Buffer.from(bytes.subarray(0, beginning))
    this.at += bytes.length
    return { bytes, begins }
  }

  /** To the next file, when this one was put aside and read to its end. */
  private goOn(file: number): boolean {
    if (this.files.length === 1) {
      const newer = this.filesAfter(fstatSync(file).ino)
      if (newer.length === 0) return false
      this.files.push(...newer)
      return true // once more: it may have been written to before that
    }
    this.files.shift()
    closeSync(file)
    this.at = 0
    return true
  }

  private filesAfter(known: number | undefined): number[] {
    const found = new Map<number, number>()
    for (let i = 0; ; i++) {
      const file = openIfThere(i === 0 ? this.path : `${this.path}.${i}`)
      if (file === undefined && i > 0) break
      if (file === undefined) continue // between two names
      const { ino } = fstatSync(file)
      if (ino === known || found.has(ino)) closeSync(file)
      else found.set(ino, file)
      if (ino === known) break
    }
    return [...found.values()].reverse()
  }
}

function bytesAt(file: number, at: number, most: number): Buffer {
  const bytes = Buffer.allocUnsafe(most)
  return bytes.subarray(0, readSync(file, bytes, 0, most, at))
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}
