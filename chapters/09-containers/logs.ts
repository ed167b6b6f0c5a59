// What a container has said, and says: its log is read beside the monitor,
// which knows nothing of it. Whoever reads slowly slows nobody down.

import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { Container } from './container.ts'
import { FolderWatch } from './folder-watch.ts'
import { LogReader, type LogRecord, type LogTime } from './log-record.ts'
import { RotatedFile } from './rotated-file.ts'
import { isHeld } from './state.ts'

/** Which part of a log. Times are nanoseconds since 1970. */
export interface LogWishes {
  /** So many lines at its end. */
  readonly tail?: number | undefined
  readonly since?: bigint | undefined
  readonly until?: bigint | undefined
  /** Goes on until the container has ended. */
  readonly follow?: boolean
}

const lookAgainMs = 1000

// what came at once, in the order in which it came
type Records = readonly LogRecord[]

/** The records of a container's log. */
export async function* readLog(
  container: Container,
  wishes: LogWishes,
): AsyncGenerator<Records> {
  // before it is read: what is said meanwhile is not missed
  using watch = wishes.follow
    ? new FolderWatch(container.folder)
    : undefined
  using file = new RotatedFile(join(container.folder, 'log'))
  const log = new WholeRecords(file, wishes)
  if (wishes.tail === undefined) yield* log.untilNow()
  else yield lastLines(log.untilNow(), wishes.tail)
  while (wishes.follow && !isBeyond(wishes)) {
    const isOver = hasEnded(container)
    yield* log.untilNow()
    if (isOver) break
    const before = Date.now()
    await watch?.changed(lookAgainMs)
    const isQuiet = Date.now() - before >= lookAgainMs
    if (isQuiet && !isHeld(container)) break // its monitor was killed
  }
  yield log.atEnd()
}

class WholeRecords {
  private reader = new LogReader()
  private readonly file: RotatedFile
  private readonly wishes: LogWishes

  constructor(file: RotatedFile, wishes: LogWishes) {
    this.file = file
    this.wishes = wishes
  }

  *untilNow(): Generator<Records> {
    for (let piece = this.file.read(); piece; piece = this.file.read()) {
      if (piece.begins) {
        yield this.atEnd()
        this.reader = new LogReader()
      }
      yield this.wanted(this.reader.read(piece.bytes))
    }
  }

  atEnd(): Records {
    return this.wanted(this.reader.end())
  }

  private wanted(records: Records): Records {
    const { since, until } = this.wishes
    if (since === undefined && until === undefined) return records
    return records.filter((record) => {
      const time = nanosOf(record)
      return time >= (since ?? time) && time <= (until ?? time)
    })
  }
}

/** Only what may still be among the last lines is kept meanwhile. */
function lastLines(all: Iterable<Records>, count: number): Records {
  let kept: LogRecord[] = []
  for (const records of all) kept = cut([...kept, ...records], count)
  return kept
}

// a line that goes on at the end of all counts too
function cut(records: LogRecord[], count: number): LogRecord[] {
  const ended = new Set<LogRecord['stream']>()
  let lines = 0
  for (let i = records.length - 1; i >= 0; i--) {
    const record = records[i]
    if (!record || record.stream === 'dropped') continue
    if (record.endsLine || !ended.has(record.stream)) lines++
    ended.add(record.stream)
    if (lines > count) return records.slice(i + 1)
  }
  return records
}

function hasEnded({ folder, runFolder }: Container): boolean {
  return existsSync(join(folder, 'exit')) || !existsSync(runFolder)
}

function isBeyond({ until }: LogWishes): boolean {
  return until !== undefined && BigInt(Date.now()) * 1_000_000n > until
}

function nanosOf({ seconds, nanoseconds }: LogTime): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)
}
