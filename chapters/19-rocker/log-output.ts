// A log's records, each on the stream that it came from.

import type {
  LogRecord,
  OutputRecord,
} from '../09-containers/log-record.ts'
import { isoTime } from '../09-containers/state.ts'

import { writeAll } from './write-all.ts'

/** What stands before each line. */
export interface LinePrefix {
  readonly timestamps: boolean
  /** What the log's driver was told to add: nothing but a blank. */
  readonly details: boolean
}

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
