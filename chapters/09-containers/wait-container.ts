// Waiting for a container's end, and how it ended.
//
// One with --rm takes its folder along, and one that is started again has a new
// run a moment later. What stays is the line that each monitor adds to the
// events. Where there is none, the monitor was killed: the kernel frees its lock.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { type Container, isMade } from './container.ts'
import { eventsPath } from './event.ts'
import { EventReader } from './events.ts'
import { FolderWatch } from './folder-watch.ts'
import { RotatedFile } from './rotated-file.ts'
import {
  isHeld,
  lostStatus,
  readExit,
  readNote,
  readState,
} from './state.ts'

const lookAgainMs = 500

/** Until it does not run any more; answers its exit code. */
export async function waitForContainer(
  container: Container,
): Promise<number> {
  using watch = new FolderWatch(container.root.path)
  using file = new RotatedFile(eventsPath(container.root))
  const ends = new Ends(file, container.id)
  const earlier = ends.next()
  const { status, exitCode } = readState(container)
  const rests = ['created', 'exited', 'removing'].includes(status)
  if (rests && isMade(container.folder)) return exitCode
  for (;;) {
    const held = isHeld(container) // before we look, or we look too early
    const seen = ends.next()
    if (seen !== undefined) return seen
    if (!held) return leftBehind(container) ?? earlier ?? unknown(container)
    await watch.changed(lookAgainMs)
  }
}

/** What the events tell of the ends of one container. */
class Ends {
  private readonly file: RotatedFile
  private readonly id: string
  private readonly reader = new EventReader()

  constructor(file: RotatedFile, id: string) {
    this.file = file
    this.id = id
  }

  /** The exit code of the last one since we asked before. */
  next(): number | undefined {
    let code: number | undefined
    for (let piece = this.file.read(); piece; piece = this.file.read())
      for (const { id, action, attributes } of this.reader.read(
        piece.bytes,
      ))
        if (id === this.id && action === 'die')
          code = Number(attributes.exitCode)
    return code
  }
}

/** What is known where nothing was told: that of a lost run, as `ps` has it. */
function leftBehind({ folder }: Container): number | undefined {
  if (!isMade(folder)) return undefined
  return readExit(folder)?.status ?? lostStatus(readNote(folder))
}

function unknown({ record }: Container): never {
  throw new RockerError(
    'not-found',
    `wait for ${record.name}: it is gone`,
    {
      hint: 'how it ended could not be written down: is the disk full?',
      exitCode: 1,
    },
  )
}
