// Volumes: folders that outlive the containers that they are mounted in.
//
//   volumes/data/             volume.json, _data
//   volumes/9f2c…  ─────▶  ../containers/3f2a…/volumes/9f2c…
//
// One without a name lies in the folder of the container that it was made for,
// and only a link is among the others: whatever removes the container, a crash
// too, takes it along. When somebody else wants it, folder and link change
// places, in one step.
//
// man 2 rename (RENAME_EXCHANGE)

import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { join, relative } from 'node:path'

import { perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { flags } from '../01-syscalls/syscall.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { hasCode } from '../05-overlay/leftovers.ts'
import { readJson, writeJson } from '../09-containers/record.ts'

/** What is kept of a volume beside its files. */
export interface Volume {
  readonly version: 1
  readonly name: string
  readonly created: string // ISO 8601
  readonly labels: Readonly<Record<string, string>>
  /** As they were given: type, o, device. */
  readonly options: Readonly<Record<string, string>>
  /** Nobody named it. */
  readonly nameless: boolean
}

/** docker's rule: two or more, the first a letter or digit. */
export function isVolumeName(name: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}$/.test(name)
}

/** Where volumes are. */
export function volumesFolder(root: DataRoot): string {
  return join(root.path, 'volumes')
}

/** The folder of a volume: its own, or a link to it. */
export function volumeFolder(root: DataRoot, name: string): string {
  return join(volumesFolder(root), name)
}

/** Where its files are; of one that is a folder of the host, that one. */
export function dataFolder(
  root: DataRoot,
  { name, options }: Pick<Volume, 'name' | 'options'>,
): string {
  const { type, device } = options
  const own = join(volumeFolder(root, name), '_data')
  return type === 'tmpfs' ? own : (device ?? own)
}

/** The names of all volumes, in their order. */
export function volumeNames(root: DataRoot): string[] {
  return allNames(root)
    .filter((name) => existsSync(volumeFolder(root, name)))
    .sort()
}

/** Also those that are links to what is gone. */
export function allNames(root: DataRoot): string[] {
  try {
    return readdirSync(volumesFolder(root))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}

/** Reads a volume, if there is one of this name. */
export function findVolume(
  root: DataRoot,
  name: string,
): Volume | undefined {
  const path = join(volumeFolder(root, name), 'volume.json')
  if (!isVolumeName(name) || !existsSync(path)) return undefined
  const found = readJson<Volume>(path)
  if (found.version === 1 && found.name === name) return found
  throw new RockerError('damaged', `read ${path}`, {
    hint: `rocker volume rm -f ${name} removes it`,
    exitCode: 1,
  })
}

/** Reads a volume, or says that there is none. */
export function readVolumeNamed(root: DataRoot, name: string): Volume {
  const found = findVolume(root, name)
  if (!found) throw noSuchVolume(name)
  return found
}

/** docker's sentence, and what helps. */
export function noSuchVolume(name: string): RockerError {
  return new RockerError(
    'not-found',
    `find volume ${name}: there is none`,
    { hint: 'rocker volume ls lists them', exitCode: 1 },
  )
}

// #region commit-volume
/** Makes a volume's folder, somewhere where nobody looks for it yet. */
export function makeVolume(folder: string, volume: Volume): void {
  mkdirSync(join(folder, '_data'), { recursive: true, mode: 0o755 })
  writeJson(join(folder, 'volume.json'), volume)
}

/** Gives it its place; false where another was faster. */
export function commitVolume(
  root: DataRoot,
  folder: string,
  name: string,
): boolean {
  mkdirSync(volumesFolder(root), { recursive: true, mode: 0o700 })
  const at = flags('AT_FDCWD')
  const to = volumeFolder(root, name)
  const { value } = perform({
    name: 'renameat2',
    args: [at, folder, at, to, flags('RENAME_NOREPLACE')],
    ignore: ['EEXIST'],
  })
  return value === 0
}
// #endregion commit-volume

// #region keep-volume
/** Makes the link to a volume that lies in a container's folder. */
export function linkVolume(
  root: DataRoot,
  folder: string,
  name: string,
): void {
  mkdirSync(volumesFolder(root), { recursive: true, mode: 0o700 })
  const target = relative(volumesFolder(root), folder)
  symlinkSync(target, volumeFolder(root, name))
}

/** It stays when its container goes: folder and link change places. */
export function keepVolume(
  root: DataRoot,
  name: string,
  own: string,
): boolean {
  // #region exercise-keep-volume
  const at = flags('AT_FDCWD')
  const link = volumeFolder(root, name)
  const { value } = perform({
    name: 'renameat2',
    args: [at, own, at, link, flags('RENAME_EXCHANGE')],
    ignore: ['ENOENT'], // the one or the other is gone
  })
  return value === 0
  // #endregion exercise-keep-volume
}
// #endregion keep-volume

/** Whether it is a link to a container's folder. */
export function isLent(root: DataRoot, name: string): boolean {
  const stat = lstatSync(volumeFolder(root, name), {
    throwIfNoEntry: false,
  })
  return stat?.isSymbolicLink() === true
}

/** Links whose container took the volume along. */
export function forgetLostLinks(root: DataRoot): void {
  for (const name of allNames(root))
    if (isLent(root, name) && !existsSync(volumeFolder(root, name)))
      rmSync(volumeFolder(root, name), { force: true })
}

/**
 * The links of a container that goes with its volumes: they are called after
 * it, which is quicker to see than where they lead.
 */
export function forgetVolumes(root: DataRoot, id: string): void {
  for (const name of allNames(root))
    if (name.startsWith(id.slice(0, 60)) && isLent(root, name))
      rmSync(volumeFolder(root, name), { force: true })
}
