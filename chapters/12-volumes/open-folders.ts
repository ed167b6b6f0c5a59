// The folders on the way to what is being made, each one open:
//
//   the first   usr   usr/lib   usr/lib/x
//
// The next name is opened in the last of them, through no link: so nobody can
// lead the way elsewhere by renaming. Who is left gets its metadata.
//
// man 2 openat

import { closeSync, constants, mkdirSync, openSync } from 'node:fs'

import { perform } from '../01-syscalls/perform.ts'
import { flags, lengthOf, struct } from '../01-syscalls/syscall.ts'
import {
  type FileMetadata,
  setMetadata,
} from '../08-images/file-metadata.ts'
import {
  cString,
  join,
  pathBytes,
  type RawPath,
} from '../08-images/raw-path.ts'
import { errorCode } from '../08-images/unpack-error.ts'

import { at, using } from './copy-tree.ts'

/** Opens a folder that a path leads to through links. */
export type Follow = (path: RawPath) => number | undefined

interface Level {
  readonly path: RawPath
  readonly fd: number
}

const pathOnly = 0o10000000 // O_PATH
const how = pathOnly | constants.O_DIRECTORY | constants.O_NOFOLLOW

const below = struct({
  flags: [8, flags('O_PATH', 'O_DIRECTORY', 'O_CLOEXEC')],
  mode: [8, 0],
  resolve: [8, flags('RESOLVE_BENEATH', 'RESOLVE_NO_SYMLINKS')],
})

/** Paths are relative to the first folder, which is the caller's to close. */
export class OpenFolders implements Disposable {
  private readonly first: Level
  private readonly rest: Level[] = []
  private readonly named = new Map<RawPath, FileMetadata>()
  private readonly follow: Follow | undefined

  constructor(first: number, follow?: Follow) {
    this.first = { path: '', fd: first }
    this.follow = follow
  }

  /** The folder of this path, open until the next one is asked for. */
  open(path: RawPath): number {
    while (!isIn(path, this.last.path)) this.leave()
    for (;;) {
      const { path: here, fd } = this.last
      if (here === path) return fd
      const rest = path.slice(here === '' ? 0 : here.length + 1)
      const [name = ''] = rest.split('/')
      const next = join(here, name)
      this.rest.push({ path: next, fd: this.enter(fd, name, next) })
    }
  }

  /** What a folder gets when all in it is made. */
  name(path: RawPath, metadata: FileMetadata): void {
    this.named.set(path, metadata)
    this.open(path)
  }

  /** One more of them, apart from the others; the caller closes it. */
  openApart(path: RawPath): number {
    const name = cString(pathBytes(path === '' ? '.' : path))
    return perform({
      name: 'openat2',
      args: [this.first.fd, name, below, lengthOf(2)],
    }).value
  }

  /** All is made. */
  finish(): void {
    while (this.rest.length > 0) this.leave()
  }

  [Symbol.dispose](): void {
    for (const { fd } of this.rest.splice(0)) closeSync(fd)
  }

  private get last(): Level {
    return this.rest.at(-1) ?? this.first
  }

  /** One step down; a folder that nothing named is made. */
  private enter(folder: number, name: RawPath, path: RawPath): number {
    try {
      return openSync(at(folder, name), how)
    } catch (error) {
      const code = errorCode(error)
      if (code === 'ENOENT') {
        mkdirSync(at(folder, name), 0o755)
        return openSync(at(folder, name), how)
      }
      const found = code === 'ENOTDIR' ? this.follow?.(path) : undefined
      if (found === undefined) throw error
      return found
    }
  }

  private leave(): void {
    const level = this.rest.pop()
    if (!level) return
    const metadata = this.named.get(level.path)
    using(level.fd, (fd) => {
      const itself = pathBytes(`/proc/self/fd/${fd}/.`)
      if (metadata) setMetadata(itself, 'folder', metadata)
    })
  }
}

/** `usr/lib` is in `usr`, and in ``; `usrlib` is not in `usr` */
function isIn(path: RawPath, folder: RawPath): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}
