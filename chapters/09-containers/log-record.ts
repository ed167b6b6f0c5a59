// What a container's log consists of: records, each a header and its bytes.
//
//   1795326000.123456789 oF 6\n    time, stream and part, length
//   hello\n\n                      so many bytes, and a line feed
//
// Streams: o and e, stdout and stderr; d says how many records a full disk has
// cost. Parts: F ends a line, after P it goes on in the stream's next record.
// Any bytes can stand in it, and a file that was cut off in the middle costs one
// record: the next sane header is where it goes on. native/log.c writes it.

/** One record of a log, and when the monitor got it. */
export type LogRecord = OutputRecord | DroppedRecord

export interface OutputRecord extends LogTime {
  readonly stream: 'stdout' | 'stderr'
  readonly bytes: Buffer
  /** Whether the line ends here; else the stream's next record goes on. */
  readonly endsLine: boolean
}

export interface DroppedRecord extends LogTime {
  readonly stream: 'dropped'
  /** How many records could not be written. */
  readonly count: number
}

export interface LogTime {
  readonly seconds: number // since 1970
  readonly nanoseconds: number
}

interface Header extends LogTime {
  readonly stream: string
  readonly part: string
  readonly length: number
  readonly bytes: number // of the header itself
}

const longestHeader = 48
const longestRecord = 16384
const lineFeed = 10
const pattern = /^(\d{1,15})\.(\d{9}) ([oed])([FP]) (\d{1,5})\n/

// #region log-reader
/** Takes a log's bytes as they come, and gives back whole records. */
export class LogReader {
  private rest: Buffer = Buffer.alloc(0)

  /** The records that end in these bytes. */
  read(bytes: Buffer): LogRecord[] {
    this.rest = this.rest.length ? Buffer.concat([this.rest, bytes]) : bytes
    return this.take(false)
  }

  /** Nothing more comes: those behind a record that was cut off. */
  end(): LogRecord[] {
    return this.take(true)
  }

  private take(isEnd: boolean): LogRecord[] {
    const records: LogRecord[] = []
    let at = 0
    // #region exercise-log-records
    while (at < this.rest.length) {
      const found = recordAt(this.rest, at)
      if (found === 'more' && !isEnd) break
      if (typeof found === 'object') records.push(found.record)
      at = typeof found === 'object' ? found.end : nextLine(this.rest, at)
    }
    // #endregion exercise-log-records
    this.rest = this.rest.subarray(at)
    return records
  }
}
// #endregion log-reader

type Found = { readonly record: LogRecord; readonly end: number }

function recordAt(bytes: Buffer, at: number): Found | 'more' | 'damaged' {
  const header = headerAt(bytes, at)
  if (typeof header === 'string') return header
  const start = at + header.bytes
  const end = start + header.length
  if (end >= bytes.length) return 'more'
  if (bytes[end] !== lineFeed) return 'damaged'
  const record = recordOf(header, bytes.subarray(start, end))
  return record ? { record, end: end + 1 } : 'damaged'
}

function headerAt(bytes: Buffer, at: number): Header | 'more' | 'damaged' {
  const line = bytes.toString('latin1', at, at + longestHeader)
  const length = line.indexOf('\n')
  if (length < 0) return line.length < longestHeader ? 'more' : 'damaged'
  const fields = pattern.exec(line)
  if (!fields) return 'damaged'
  const [, seconds, nanoseconds, stream = '', part = '', size] = fields
  if (Number(size) > longestRecord) return 'damaged'
  return {
    seconds: Number(seconds),
    nanoseconds: Number(nanoseconds),
    stream,
    part,
    length: Number(size),
    bytes: length + 1,
  }
}

function recordOf(header: Header, bytes: Buffer): LogRecord | undefined {
  const { seconds, nanoseconds, stream, part } = header
  if (stream === 'd') {
    const digits = bytes.toString('latin1')
    if (!/^\d{1,15}$/.test(digits)) return undefined
    return {
      seconds,
      nanoseconds,
      stream: 'dropped',
      count: Number(digits),
    }
  }
  return {
    seconds,
    nanoseconds,
    stream: stream === 'o' ? 'stdout' : 'stderr',
    bytes,
    endsLine: part === 'F',
  }
}

function nextLine(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(lineFeed, at)
  return end < 0 ? bytes.length : end + 1
}

/** Of a folder's names those of its log, the oldest first: log.2 log.1 log */
export function logFiles(names: readonly string[], log = 'log'): string[] {
  return names
    .map((name) => ({ name, age: ageOf(name, log) }))
    .filter(({ age }) => age >= 0)
    .sort((a, b) => b.age - a.age)
    .map(({ name }) => name)
}

// "log" → 0, "log.3" → 3, anything else → -1
function ageOf(name: string, log: string): number {
  if (name === log) return 0
  if (!name.startsWith(`${log}.`)) return -1
  const number = name.slice(log.length + 1)
  return /^[1-9]\d{0,4}$/.test(number) ? Number(number) : -1
}
