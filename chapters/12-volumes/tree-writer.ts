// Entries become files in a folder that belongs to others too: a container that
// runs, or a user's home.
//
// Every step starts at a descriptor and goes down by one name, through no link.
// A name that became a link in the meantime is an error, not a way out:
// CVE-2018-15664 was `docker cp` that looked, and then looked again.
//
// Folders get their owner, mode and times when all in them is made.

import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  type Stats,
  symlinkSync,
  unlinkSync,
} from 'node:fs'

import { errnoNumber, errnoSentence } from '../01-syscalls/errno.ts'
import { perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { flags, lengthOf, struct } from '../01-syscalls/syscall.ts'
import { makeDevice } from '../08-images/device-files.ts'
import {
  type FileMetadata,
  setMetadata,
} from '../08-images/file-metadata.ts'
import type { Entry } from '../08-images/layer-entry.ts'
import type { EntrySink } from '../08-images/layer-reader.ts'
import {
  cleanPath,
  cString,
  join,
  nameOf,
  parentOf,
  pathBytes,
  printable,
  type RawPath,
} from '../08-images/raw-path.ts'
import { errorCode } from '../08-images/unpack-error.ts'

import { CopiedFile } from './copied-file.ts'
import { copyError } from './copy-error.ts'
import { at, isFolder, openAt, using } from './copy-tree.ts'

/** How files are made. */
export interface WriterWishes {
  /** They are whose the entries say; else whose they were made. */
  readonly keepsOwner: boolean
  /**
   * Opens a folder that a name leads to through links; without it no entry
   * may go through one.
   */
  readonly follow?: (path: RawPath) => number | undefined
}

/** A folder that is open, and its path below the first one. */
interface Level {
  readonly path: RawPath
  readonly fd: number
}

const pathOnly = 0o10000000 // O_PATH
const { O_DIRECTORY, O_NOFOLLOW } = constants

const below = struct({
  flags: [8, flags('O_PATH', 'O_DIRECTORY', 'O_CLOEXEC')],
  mode: [8, 0],
  resolve: [8, flags('RESOLVE_BENEATH', 'RESOLVE_NO_SYMLINKS')],
})

/** Makes files in a folder; that stays the caller's to close. */
export class TreeWriter implements EntrySink, Disposable {
  private readonly wishes: WriterWishes
  private readonly levels: Level[]
  private readonly folders = new Map<RawPath, FileMetadata>()
  private file: { made: CopiedFile; entry: Entry } | undefined

  constructor(folder: number, wishes: WriterWishes) {
    this.wishes = wishes
    this.levels = [{ path: '', fd: folder }]
  }

  entry(entry: Entry): void {
    try {
      this.make(entry, cleanPath(entry.name))
    } catch (error) {
      throw copyError(entry.name, error)
    }
  }

  data(chunk: Buffer, position: number): void {
    const { file } = this
    try {
      file?.made.write(chunk, position)
    } catch (error) {
      throw copyError(file?.entry.name ?? '', error)
    }
  }

  complete(): void {
    const { file } = this
    try {
      if (file)
        file.made.finish(file.entry.size, (fd) =>
          this.metadata(file.entry, () => fstatSync(fd)),
        )
    } catch (error) {
      throw copyError(file?.entry.name ?? '', error)
    }
    this.close()
  }

  /** All is made: the folders that are open get what is theirs. */
  finish(): void {
    while (this.levels.length > 1) this.leave()
  }

  [Symbol.dispose](): void {
    this.close()
    for (const { fd } of this.levels.splice(1)) closeSync(fd)
  }

  private close(): void {
    this.file?.made[Symbol.dispose]()
    this.file = undefined
  }

  private make(entry: Entry, path: RawPath): void {
    if (path === '') return // the folder itself is there
    const folder = this.folder(parentOf(path))
    const place = at(folder, nameOf(path))
    const replace = <T>(make: () => T) =>
      replacing(folder, nameOf(path), make)
    if (entry.type === 'folder') this.makeFolder(entry, path, place)
    else if (entry.type === 'file') {
      const made = new CopiedFile(folder, nameOf(path), replace)
      this.file = { made, entry }
    } else if (entry.type === 'hardlink')
      this.makeLink(entry, path, replace)
    else if (entry.type === 'symlink') {
      replace(() => symlinkSync(pathBytes(entry.target), place))
      setMetadata(place, 'symlink', this.metadata(entry, place))
    } else this.makeDevice(entry, { folder, place, replace })
  }

  private makeFolder(entry: Entry, path: RawPath, place: Buffer): void {
    try {
      mkdirSync(place, 0o700)
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
      if (!this.isFolderAt(path))
        throw clash('a folder would replace what is none')
    }
    this.folders.set(path, this.metadata(entry, place))
    this.folder(path)
  }

  private isFolderAt(path: RawPath): boolean {
    const fd = openAt(this.folder(parentOf(path)), nameOf(path))
    return fd !== undefined && using(fd, isFolder)
  }

  /** The other name is one of this copy's; where it is a link, that link. */
  private makeLink(
    entry: Entry,
    path: RawPath,
    replace: (make: () => void) => void,
  ): void {
    const target = cleanPath(entry.target)
    if (target === path || target === '')
      throw clash(`a hard link to ${printable(entry.target)}`)
    const place = at(this.folder(parentOf(path)), nameOf(path))
    using(this.openBelow(parentOf(target)), (folder) =>
      replace(() => linkSync(at(folder, nameOf(target)), place)),
    )
  }

  /** Made and looked at again: its name may be another's already. */
  private makeDevice(
    entry: Entry,
    where: {
      readonly folder: number
      readonly place: Buffer
      readonly replace: (make: () => void) => void
    },
  ): void {
    const { folder, place, replace } = where
    replace(() => makeDevice(entry, place))
    setMetadata(place, 'symlink', this.metadata(entry, place)) // follows none
    const fd = openAt(folder, nameOf(cleanPath(entry.name)))
    if (fd === undefined) return
    using(fd, () => {
      if (!fstatSync(fd).isSymbolicLink())
        chmodSync(`/proc/self/fd/${fd}`, entry.mode)
    })
  }

  /** The folder of this path, open; it is made where none is named. */
  private folder(path: RawPath): number {
    while (!isIn(path, this.top.path)) this.leave()
    for (;;) {
      const { path: here, fd } = this.top
      if (here === path) return fd
      const rest = path.slice(here === '' ? 0 : here.length + 1)
      const [name = ''] = rest.split('/')
      const next = join(here, name)
      this.levels.push({ path: next, fd: this.enter(fd, name, next) })
    }
  }

  /** One step down, through no link. */
  private enter(folder: number, name: RawPath, path: RawPath): number {
    const how = pathOnly | O_DIRECTORY | O_NOFOLLOW
    try {
      return openSync(at(folder, name), how)
    } catch (error) {
      const code = errorCode(error)
      if (code === 'ENOENT') {
        mkdirSync(at(folder, name), 0o755)
        return openSync(at(folder, name), how)
      }
      const found =
        code === 'ENOTDIR' ? this.wishes.follow?.(path) : undefined
      if (found === undefined) throw error
      return found
    }
  }

  private leave(): void {
    const level = this.levels.pop()
    if (!level) return
    const metadata = this.folders.get(level.path)
    using(level.fd, (fd) => {
      const itself = pathBytes(`/proc/self/fd/${fd}/.`)
      if (metadata) setMetadata(itself, 'folder', metadata)
    })
  }

  private get top(): Level {
    return this.levels.at(-1) ?? { path: '', fd: -1 }
  }

  private openBelow(path: RawPath): number {
    const name = cString(pathBytes(path === '' ? '.' : path))
    return perform({
      name: 'openat2',
      args: [this.levels[0]?.fd ?? -1, name, below, lengthOf(2)],
    }).value
  }

  private metadata(
    entry: Entry,
    made: Buffer | (() => Stats),
  ): FileMetadata {
    if (this.wishes.keepsOwner) return entry
    const { uid, gid } = Buffer.isBuffer(made) ? lstatSync(made) : made()
    return { ...entry, uid, gid }
  }
}

/** `usr/lib` is in `usr`, and in ``; `usrlib` is not in `usr` */
function isIn(path: RawPath, folder: RawPath): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}

/** Whatever has this name makes room, but for a folder and for a mount. */
function replacing<T>(folder: number, name: RawPath, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
  const found = openAt(folder, name)
  if (found !== undefined)
    using(found, (fd) => checkReplaceable(fd, folder))
  unlinkSync(at(folder, name))
  return make()
}

/**
 * What is mounted in another mount namespace than ours may be unlinked: the
 * kernel takes the mount off, and the container has lost its /etc/hosts.
 */
function checkReplaceable(fd: number, folder: number): void {
  if (isFolder(fd)) throw clash('it would replace a folder')
  if (mountOf(fd) !== mountOf(folder))
    throw new RockerError('busy', errnoSentence(errnoNumber('EBUSY')), {
      hint: 'something is mounted there: change what is mounted',
    })
}

// pos: 0\nflags: …\nmnt_id: 29\n…
function mountOf(fd: number): string | undefined {
  const info = readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')
  return /^mnt_id:\s*(\d+)$/m.exec(info)?.[1]
}

function clash(message: string): RockerError {
  return new RockerError('refused', message, {
    hint: 'choose another name, or remove what is there first',
  })
}
