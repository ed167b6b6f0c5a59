// What has happened, and what happens: the file of event.ts, read.

import type { DataRoot } from '../05-overlay/data-root.ts'

import { eventsPath, type OtherEvent } from './event.ts'
import { FolderWatch } from './folder-watch.ts'
import { RotatedFile } from './rotated-file.ts'

/** Something that was done to a container, or that it did. */
export interface ContainerEvent {
  /** What it happened to, if that is no container. */
  readonly type?: OtherEvent['type']
  /** Nanoseconds since 1970. */
  readonly time: bigint
  readonly action: string // die
  readonly id: string
  readonly attributes: Readonly<Record<string, string>>
}

/** Which events. */
export interface EventWishes {
  /** Those that were before; without it only what comes. */
  readonly since: bigint
  /** Ends then; without it, never. */
  readonly until?: bigint | undefined
}

const lookAgainMs = 1000

/** Events in the order in which they were noted, as they come. */
export async function* readEvents(
  root: DataRoot,
  { since, until }: EventWishes,
): AsyncGenerator<ContainerEvent> {
  using watch = new FolderWatch(root.path)
  using file = new RotatedFile(eventsPath(root))
  const lines = new EventReader()
  for (;;) {
    const isOver = until !== undefined && now() > until
    for (let piece = file.read(); piece; piece = file.read())
      for (const event of lines.read(piece.bytes))
        if (event.time >= since && event.time <= (until ?? event.time))
          yield event
    if (isOver) return
    const restMs = until === undefined ? lookAgainMs : msUntil(until)
    await watch.changed(Math.min(restMs, lookAgainMs))
  }
}

function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n
}

function msUntil(time: bigint): number {
  return Math.max(Number((time - now()) / 1_000_000n) + 1, 0)
}

/** Takes the file's bytes as they come, and gives back whole events. */
export class EventReader {
  private rest = ''
  private last: ContainerEvent | undefined
  // a plan knows the name of its container when it began
  private readonly names = new Map<string, string>()

  read(bytes: Buffer): ContainerEvent[] {
    const lines = `${this.rest}${bytes}`.split('\n')
    this.rest = lines.pop() ?? ''
    return lines.flatMap((line) => this.eventOf(line) ?? [])
  }

  private eventOf(line: string): ContainerEvent | undefined {
    if (!line.startsWith('{')) return this.counted(line)
    this.last = parse(line)
    return this.last && this.withName(this.last)
  }

  // docker tells of it as it happens, and we with the end
  private counted(line: string): ContainerEvent | undefined {
    const [word, count] = line.split(' ')
    if (this.last?.action !== 'die' || word !== 'oom_kill') return undefined
    const { exitCode, ...attributes } = this.last.attributes
    return Number(count) > 0
      ? this.withName({ ...this.last, action: 'oom', attributes })
      : undefined
  }

  private withName(event: ContainerEvent): ContainerEvent {
    const { id, action, attributes } = event
    if (action === 'rename') this.names.set(id, attributes.name ?? '')
    const name = this.names.get(id)
    return name ? { ...event, attributes: { ...attributes, name } } : event
  }
}

interface Line {
  readonly time: readonly [number, number]
  readonly action: string
  readonly id: string
  readonly attributes: Readonly<Record<string, string>>
}

/** A line that is damaged costs one event. */
function parse(line: string): ContainerEvent | undefined {
  try {
    const { time, ...rest } = JSON.parse(line) as Line
    const nanos = BigInt(time[0]) * 1_000_000_000n + BigInt(time[1])
    return { ...rest, time: nanos }
  } catch {
    return undefined
  }
}
