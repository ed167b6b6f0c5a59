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
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  type Stats,
  symlinkSync,
} from 'node:fs'

import { makeDevice } from '../08-images/device-files.ts'
import {
  type FileMetadata,
  setMetadata,
} from '../08-images/file-metadata.ts'
import type { Entry } from '../08-images/layer-entry.ts'
import type { EntrySink } from '../08-images/layer-reader.ts'
import {
  cleanPath,
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
import { type Follow, OpenFolders } from './open-folders.ts'
import { clash, replacing } from './replace.ts'

/** How files are made. */
export interface WriterWishes {
  /** They are whose the entries say; else whose they were made. */
  readonly keepsOwner: boolean
  /**
   * Opens a folder that a name leads to through links; without it no entry
   * may go through one.
   */
  readonly follow?: Follow
}

/** Makes files in a folder; that stays the caller's to close. */
export class TreeWriter implements EntrySink, Disposable {
  private readonly wishes: WriterWishes
  private readonly folders: OpenFolders
  private file: { made: CopiedFile; entry: Entry } | undefined

  constructor(folder: number, wishes: WriterWishes) {
    this.wishes = wishes
    this.folders = new OpenFolders(folder, wishes.follow)
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
    this.folders.finish()
  }

  [Symbol.dispose](): void {
    this.close()
    this.folders[Symbol.dispose]()
  }

  private close(): void {
    this.file?.made[Symbol.dispose]()
    this.file = undefined
  }

  private make(entry: Entry, path: RawPath): void {
    if (path === '') return // the folder itself is there
    const folder = this.folders.open(parentOf(path))
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
    this.folders.name(path, this.metadata(entry, place))
  }

  private isFolderAt(path: RawPath): boolean {
    const fd = openAt(this.folders.open(parentOf(path)), nameOf(path))
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
    const place = at(this.folders.open(parentOf(path)), nameOf(path))
    using(this.folders.openApart(parentOf(target)), (folder) =>
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

  private metadata(
    entry: Entry,
    made: Buffer | (() => Stats),
  ): FileMetadata {
    if (this.wishes.keepsOwner) return entry
    const { uid, gid } = Buffer.isBuffer(made) ? lstatSync(made) : made()
    return { ...entry, uid, gid }
  }
}
