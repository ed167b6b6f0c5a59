// How much a layer may take: a stranger's archive never fills the disk.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import type { Entry } from './layer-entry.ts'

/** What unpacking may make at most. */
export interface UnpackLimits {
  /** Bytes of files, holes included. */
  readonly bytes: number
  readonly entries: number
}

/** Counts what was made. */
export class UnpackBudget {
  private readonly limits: UnpackLimits
  private entries = 0
  private fileBytes = 0

  constructor(limits: UnpackLimits) {
    this.limits = limits
  }

  /** Bytes of all files so far. */
  get bytes(): number {
    return this.fileBytes
  }

  /** Counts an entry, or a folder that none named; refuses one too many. */
  take(entry?: Entry): void {
    const { bytes, entries } = this.limits
    this.entries++
    if (entry?.type === 'file') this.fileBytes += entry.size
    if (this.entries > entries)
      throw new RockerError('refused', `more than ${entries} entries`, {
        hint: 'a layer may take 90 % of the free inodes of the disk',
      })
    if (this.fileBytes > bytes)
      throw new RockerError(
        'refused',
        `files of more than ${bytes} bytes`,
        {
          hint: 'a layer may take 90 % of the free bytes of the disk, 20 GiB at most',
        },
      )
  }
}
