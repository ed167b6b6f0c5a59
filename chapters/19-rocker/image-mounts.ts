// An image's files in a folder of the host, read-only, until somebody takes
// them off again.
//
//   containers/image-<id>/uses    keeps its layers from being removed
//                        /count   how many times it was mounted
//                        /files   where it is mounted
//                        /empty   overlay asks for two layers at least
//
// The kernel's mount table says what is mounted: a reboot takes mounts away,
// and then a folder here is only what is left of one.

import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { flags, type Syscall, step } from '../01-syscalls/syscall.ts'
import { SyscallError } from '../01-syscalls/syscall-error.ts'
import { detach } from '../04-rootfs/mount.ts'
import { mountTable } from '../04-rootfs/mount-table.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { peek } from '../05-overlay/peek.ts'
import { type Digest, isDigest } from '../07-registry/digest.ts'
import { type Image, layersOf } from '../08-images/image.ts'
import { findImage } from '../08-images/image-store.ts'
import { withStoreLock } from '../08-images/locks.ts'

/** An image that is mounted, and where. */
export interface ImageMount {
  readonly id: Digest
  readonly path: string
}

interface Place extends ImageMount {
  readonly folder: string
  readonly count: number // 0: it is not mounted any more
}

/** Mounts an image, or counts once more that it is; returns the folder. */
export function mountImage(
  root: DataRoot,
  nameOrId: string,
): Promise<string> {
  return withStoreLock(root, () => {
    const image = findImage(root, nameOrId)
    const place = placeOf(root, image.id)
    if (place.count === 0) attach(root, image, place)
    writeFileSync(join(place.folder, 'count'), `${place.count + 1}`)
    return place.path
  })
}

function attach(root: DataRoot, image: Image, place: Place): void {
  const layers = layersOf(root, image).reverse()
  forget(place)
  try {
    makeFolders(place)
    const uses = image.chainIds.map((id) => `layer ${id}`)
    const text = [`image ${image.id}`, ...uses].join('\n')
    writeFileSync(join(place.folder, 'uses'), text)
    moveMount(layers, place)
  } catch (error) {
    forget(place)
    throw error
  }
}

function moveMount(layers: readonly string[], place: Place): void {
  const view = peek([...layers, join(place.folder, 'empty')])
  const to = [flags('AT_FDCWD'), place.path]
  try {
    does(`mount the image on ${place.path}`, {
      name: 'move_mount',
      args: [view.fd, '', ...to, flags('MOVE_MOUNT_F_EMPTY_PATH')],
    })
  } finally {
    view.close()
  }
}

/**
 * Counts one back, and takes the last mount off; with `force` all of them.
 * Answers which image it was; where a reboot was faster, none.
 */
export function unmountImage(
  root: DataRoot,
  nameOrId: string,
  { force }: { readonly force: boolean },
): Promise<Digest | undefined> {
  return withStoreLock(root, () => {
    const place = placeOf(root, idOf(root, nameOrId))
    const { count, folder } = place
    if (count > 1 && !force) {
      writeFileSync(join(folder, 'count'), `${count - 1}`)
      return place.id
    }
    if (count > 0) takeOff(place, force)
    forget(place)
    return count > 0 ? place.id : undefined
  })
}

function takeOff({ path }: Place, force: boolean): void {
  try {
    does(
      `unmount the image from ${path}`,
      force ? detach(path) : { name: 'umount2', args: [path, 0] },
    )
  } catch (cause) {
    if (!(cause instanceof SyscallError) || cause.errnoName !== 'EBUSY')
      throw cause
    throw new RockerError('busy', `unmount ${path}: somebody is in there`, {
      cause,
      hint: '--force takes it off when they leave',
    })
  }
}

/** Every image that is mounted. */
export function listMounts(root: DataRoot): ImageMount[] {
  return places(root).filter(({ count }) => count > 0)
}

/** Removes what is left of mounts that a reboot took away. */
export function forgetLostMounts(root: DataRoot): Promise<void> {
  return withStoreLock(root, () => {
    for (const place of places(root)) if (place.count === 0) forget(place)
  })
}

function places(root: DataRoot): Place[] {
  return readdirSync(root.containers).flatMap((name) => {
    const [, hex = ''] = /^image-([0-9a-f]+)$/.exec(name) ?? []
    const id = `${hex.length === 64 ? 'sha256' : 'sha512'}:${hex}`
    return isDigest(id) ? placeOf(root, id) : []
  })
}

function placeOf(root: DataRoot, id: Digest): Place {
  const name = `image-${id.slice(id.indexOf(':') + 1)}`
  const folder = join(realpathSync(root.containers), name)
  const path = join(folder, 'files')
  const isMounted = mountTable().some(({ target }) => target === path)
  return { id, folder, path, count: isMounted ? countIn(folder) : 0 }
}

function countIn(folder: string): number {
  try {
    return Number(readFileSync(join(folder, 'count'), 'utf8')) || 1
  } catch {
    return 1 // a crash came between the mount and the count
  }
}

function makeFolders({ folder, path }: Place): void {
  for (const made of [folder, join(folder, 'empty'), path])
    mkdirSync(made, { mode: 0o700 })
}

/** Nothing is removed through a mount: a folder has to be empty for rmdir. */
function forget({ folder, path }: Place): void {
  for (const name of ['uses', 'count'])
    rmSync(join(folder, name), { force: true })
  for (const empty of [path, join(folder, 'empty'), folder])
    removeEmpty(empty)
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** Also of an image that has lost its names since it was mounted. */
function idOf(root: DataRoot, nameOrId: string): Digest {
  try {
    return findImage(root, nameOrId).id
  } catch (error) {
    const [, start] = /^(?:sha256:)?([0-9a-f]+)$/.exec(nameOrId) ?? []
    const mounted = listMounts(root).filter(
      ({ id }) => start && id.startsWith(`sha256:${start}`),
    )
    if (mounted[0] && mounted.length === 1) return mounted[0].id
    throw error
  }
}

function does(doing: string, call: Syscall): void {
  for (const one of step('19-rocker', doing, [call])) perform(one)
}
