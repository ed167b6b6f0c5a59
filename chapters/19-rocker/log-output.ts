// A log's records, each on the stream that it came from.

import { writeSync } from 'node:fs'

import { hasCode } from '../05-overlay/leftovers.ts'
import type {
  LogRecord,
  OutputRecord,
} from '../09-containers/log-record.ts'
import { isoTime } from '../09-containers/state.ts'

/** What stands before each line. */
export interface LinePrefix {
  readonly timestamps: boolean
  /** What the log's driver was told to add: nothing but a blank. */
  readonly details: boolean
}

const pauseMs = 2

/** Writes records out, byte for byte; at most as fast as they are read. */
export class LogOutput {
  private readonly prefix: LinePrefix
  private readonly hasPrefix: boolean
  private readonly inLine = new Set<string>() // streams that end in no line

  constructor(prefix: LinePrefix) {
    this.prefix = prefix
    this.hasPrefix = prefix.timestamps || prefix.details
  }

  write(records: readonly LogRecord[]): void {
    let to = 1
    let gathered: Uint8Array[] = []
    const flush = () => {
      writeAll(to, Buffer.concat(gathered))
      gathered = []
    }
    for (const record of records) {
      const fd = record.stream === 'stdout' ? 1 : 2
      if (fd !== to) flush()
      to = fd
      this.gather(record, gathered)
    }
    flush()
  }

  private gather(record: LogRecord, all: Uint8Array[]): void {
    if (record.stream === 'dropped') {
      all.push(Buffer.from(`${missing(record.count)}\n`))
      return
    }
    if (this.hasPrefix) {
      all.push(Buffer.from(this.beginning(record)))
      if (record.endsLine) this.inLine.delete(record.stream)
      else this.inLine.add(record.stream)
    }
    all.push(record.bytes)
  }

  // the end of a line that had none is a record without bytes
  private beginning(record: OutputRecord): string {
    const isMiddle = this.inLine.has(record.stream)
    if (isMiddle || record.bytes.length === 0) return ''
    const { seconds, nanoseconds } = record
    const time = isoTime(`${seconds} ${nanoseconds}`)
    return (
      (this.prefix.timestamps ? `${time} ` : '') +
      (this.prefix.details ? ' ' : '')
    )
  }
}

function missing(count: number): string {
  return `rocker: warning: ${count} records are missing here: the disk was full`
}

/** What reads us may be slow, and its pipe set not to wait. */
function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
    }
  }
}
