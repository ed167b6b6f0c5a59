// rocker cp: files from a container to the host, or the other way.
//
//   rocker cp web:/etc/nginx ./conf      rocker cp ./conf/. web:/etc/nginx
//   rocker cp web:/var/log - | tar -t    tar -c . | rocker cp - web:/srv

import { createReadStream, writeSync } from 'node:fs'
import { isatty } from 'node:tty'

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { hasCode } from '../../05-overlay/leftovers.ts'
import { type RawPath, rawPath } from '../../08-images/raw-path.ts'
import { whileThere } from '../../09-containers/container.ts'
import { findContainer } from '../../09-containers/find-container.ts'
import {
  archiveIn,
  archiveOut,
  type Copy,
  copyIn,
  copyOut,
} from '../../12-volumes/copy.ts'
import { rootToChange } from '../change-root.ts'
import type { Command, Context, Parsed } from '../command.ts'
import { asBytes } from '../request.ts'

export const command: Command = {
  usage: '[OPTIONS] CONTAINER:SRC DST|-   or   SRC|- CONTAINER:DST',
  options: [
    {
      name: 'archive',
      short: 'a',
      type: 'boolean',
      help: 'Files keep their owners, also on the way out',
    },
    {
      name: 'follow-link',
      short: 'L',
      type: 'boolean',
      help: 'Where SRC is a link, copy what it leads to',
    },
    {
      name: 'quiet',
      short: 'q',
      type: 'boolean',
      help: 'Show no progress; cp never does',
    },
  ],
  words: { least: 2, most: 2 },
  examples: [
    'rocker cp web:/etc/nginx ./conf',
    'rocker cp ./conf/. web:/etc/nginx',
    'tar -c . | rocker cp - web:/srv',
  ],
  run,
}

const chunkBytes = 1 << 20
const pauseMs = 1

async function run(parsed: Parsed, context: Context): Promise<number> {
  const [from, to] = parsed.rest.map((_, i) => place(rawWords(parsed)[i]))
  if (!from || !to || isOnHost(from) === isOnHost(to))
    throw notOneContainer(from)
  const root = await rootToChange(context.root)
  const name = from.container ?? to.container ?? ''
  const copy: Copy = {
    container: findContainer(root, name),
    from: from.path,
    to: to.path,
    follow: parsed.flags.has('follow-link'),
    archive: parsed.flags.has('archive'),
  }
  await whileThere(copy.container, name, () => {
    if (isOnHost(to))
      return to.path === '-' ? archiveOut(copy, print) : copyOut(copy)
    return from.path === '-' ? archiveIn(copy, input()) : copyIn(copy)
  })
  return 0
}

interface Place {
  readonly container: string | undefined
  readonly path: RawPath
}

// "web:/etc" → container web   "./a:b", "/a:b", "-" → of the host
function place(word: RawPath = ''): Place {
  const [name = '', ...rest] = word.split(':')
  const isHost = rest.length === 0 || /^[./]/.test(name)
  return isHost
    ? { container: undefined, path: word }
    : { container: name, path: rest.join(':') }
}

function isOnHost({ container }: Place): boolean {
  return container === undefined
}

/** Names of files are bytes, whatever Node makes of them. */
function rawWords({ rest }: Parsed): readonly RawPath[] {
  return asBytes(rest).map((word, i) => {
    const bytes = Buffer.from(word)
    if (bytes.toString() === rest[i]) return rawPath(bytes)
    throw new RockerError('bad-input', `copy ${rest[i]}: it is no UTF-8`, {
      hint: 'put the flags before the paths',
    })
  })
}

function notOneContainer(from: Place | undefined): RockerError {
  return from && !isOnHost(from)
    ? new RockerError('unsupported', 'copy from a container to another', {
        hint: 'in two steps, or: rocker cp A:/x - | rocker cp - B:/',
      })
    : new RockerError('bad-input', 'copy: neither path is in a container', {
        hint: 'rocker cp NAME:/path ./path, or the other way round',
      })
}

function input(): AsyncIterable<Buffer> {
  return createReadStream('', { fd: 0, highWaterMark: chunkBytes })
}

/** On standard output, as fast as somebody reads there. */
function print(bytes: Buffer): void {
  if (isatty(1))
    throw new RockerError('refused', 'write an archive to a terminal', {
      hint: 'rocker cp web:/etc - | tar -t',
    })
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at)
    } catch (cause) {
      if (hasCode(cause, 'EPIPE'))
        throw new RockerError('syscall', 'nobody reads the archive', {
          cause,
          hint: 'what it is piped to has ended before it',
        })
      if (!hasCode(cause, 'EAGAIN')) throw cause
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
    }
  }
}
