// The images that are here, by name and by id.
//
//   debian, debian:12, docker.io/library/debian   names, compared in full
//   debian@sha256:…                               what a registry called it
//   sha256:3f2a…, 3f2a                            its id, or the start of one
//
// A name in full decides: debian never means another registry's debian. Only
// what is no name here may be the start of an id.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import type { Pending } from '../05-overlay/leftovers.ts'
import type { Digest } from '../07-registry/digest.ts'
import type { Descriptor } from '../07-registry/manifest.ts'
import {
  familiarName,
  parseReference,
  type Reference,
} from '../07-registry/reference.ts'

import { type Image, layersOf, loadQuickly } from './image.ts'
import {
  changeNames,
  type IndexEntry,
  includesName,
  indexEntry,
  readIndex,
  writeIndex,
} from './image-index.ts'
import { changeStore, withStoreLock } from './locks.ts'
import { quickSum } from './quick-sum.ts'

/** An image with its names: tags and digests, maybe none. */
export interface NamedImage {
  /** Of the manifest, where the image cannot be read. */
  readonly id: Digest
  readonly names: readonly Reference[]
  readonly image: Image | undefined
  /** Why it cannot be read; its names can still be removed. */
  readonly error: RockerError | undefined
  /** Its manifests: more than one when it came in several compressions. */
  readonly descriptors: readonly Descriptor[]
}

/** An entry of the index that leads to an image. */
type ImageEntry = IndexEntry & { readonly descriptor: Descriptor }

/** Every image, the newest first; a damaged one is listed with its error. */
export function listImages(root: DataRoot): NamedImage[] {
  return namedImages(root, readIndex(root)).sort(
    (a, b) => createdMs(b.image) - createdMs(a.image),
  )
}

/** The image that a name, an id or the start of one stands for. */
export function findImage(root: DataRoot, nameOrId: string): Image {
  const entries = readIndex(root)
  const entry = findByName(entries, nameOrId)
  if (entry) return loadQuickly(root, entry.descriptor, entry.sum)
  const found = findNamed(namedImages(root, entries), nameOrId).named
  if (!found.image) throw found.error
  return found.image
}

/** Most images are asked for by name: the others need not be read then. */
function findByName(
  entries: readonly IndexEntry[],
  text: string,
): ImageEntry | undefined {
  if (isIdOnly(text)) return undefined
  const wanted = exactName(text)
  const isIt = (entry: IndexEntry): entry is ImageEntry =>
    entry.name !== undefined &&
    includesName([entry.name], wanted) &&
    entry.descriptor !== undefined
  return entries.find(isIt)
}

/**
 * The same among images that were read already; and by which name, if any.
 */
export function findNamed(
  images: readonly NamedImage[],
  nameOrId: string,
): { named: NamedImage; name: Reference | undefined } {
  const prefix = /^(?:sha256:)?([0-9a-f]{1,64})$/.exec(nameOrId)?.[1]
  const name = isIdOnly(nameOrId) ? undefined : exactName(nameOrId)
  const byName = images.find(
    ({ names }) => name && includesName(names, name),
  )
  if (byName) return { named: byName, name }
  const byId = images.filter(
    ({ id }) => prefix && id.startsWith(`sha256:${prefix}`),
  )
  if (byId.length > 1)
    throw new RockerError(
      'bad-input',
      `find image ${nameOrId}: ${byId.length} ids begin so`,
      { hint: 'a few more digits tell them apart' },
    )
  if (byId[0]) return { named: byId[0], name: undefined }
  throw notHere(name ? familiarName(name) : nameOrId)
}

// "sha256:3f" and 64 digits are never names
function isIdOnly(text: string): boolean {
  return text.startsWith('sha256:') || /^[0-9a-f]{64}$/.test(text)
}

// "name:tag@digest" means the digest; so docker reads it too
function exactName(text: string): Reference {
  const name = parseReference(text)
  return name.digest ? { ...name, tag: undefined } : name
}

/**
 * Finds an image for somebody who needs it: nothing of it goes meanwhile.
 */
export function useImage(
  root: DataRoot,
  user: Pending,
  nameOrId: string,
): Promise<Image> {
  return withStoreLock(root, () => {
    const image = findImage(root, nameOrId)
    layersOf(root, image)
    user.hold([
      `image ${image.id}`,
      ...image.chainIds.map((id) => `layer ${id}`),
    ])
    return image
  })
}

/**
 * Gives an image names, which others lose; tells whether the first of
 * them meant something else before. With no names it becomes an image
 * without one.
 */
export function nameImage(
  root: DataRoot,
  image: Image,
  names: readonly Reference[],
): Promise<boolean> {
  return changeStore(root, (scratch) => {
    const entries = readIndex(root)
    const added = (names.length > 0 ? names : [undefined]).map((name) =>
      entryOf(image, name),
    )
    const isNew = added.map((entry) => !entries.some(sameAs(entry)))
    if (isNew.includes(true))
      writeIndex(root, scratch, changeNames(entries, names, added))
    return isNew[0] === true
  })
}

/** Gives an image that is here one more name. */
export function tagImage(
  root: DataRoot,
  nameOrId: string,
  target: string,
): Promise<void> {
  const name = parseReference(target)
  if (name.digest)
    throw new RockerError(
      'bad-input',
      `tag ${nameOrId} as ${target}: a digest cannot be given`,
    )
  return changeStore(root, (scratch) => {
    const entries = readIndex(root)
    const { named } = findNamed(namedImages(root, entries), nameOrId)
    if (!named.image) throw named.error
    const added = [entryOf(named.image, name)]
    writeIndex(root, scratch, changeNames(entries, [name], added))
  })
}

function entryOf(
  { descriptor, configBytes }: Image,
  name: Reference | undefined,
): IndexEntry {
  return indexEntry(descriptor, name, quickSum(configBytes))
}

/** The images of an index, each with all the names that it has. */
export function namedImages(
  root: DataRoot,
  entries: readonly IndexEntry[],
): NamedImage[] {
  const found = new Map<Digest, NamedImage>()
  for (const { name, descriptor, sum } of entries) {
    if (!descriptor) continue
    const read = tryLoad(() => loadQuickly(root, descriptor, sum))
    const id = read.image?.id ?? descriptor.digest
    const same = found.get(id)
    found.set(id, {
      ...read,
      ...same,
      id,
      names: [...(same?.names ?? []), ...(name ? [name] : [])],
      descriptors: [...(same?.descriptors ?? []), descriptor],
    })
  }
  return [...found.values()]
}

function tryLoad(load: () => Image): {
  image: Image | undefined
  error: RockerError | undefined
} {
  try {
    return { image: load(), error: undefined }
  } catch (error) {
    if (!(error instanceof RockerError)) throw error
    return { image: undefined, error }
  }
}

function sameAs(wanted: IndexEntry): (entry: IndexEntry) => boolean {
  return ({ name, descriptor }) =>
    descriptor?.digest === wanted.descriptor?.digest &&
    (wanted.name
      ? name !== undefined && includesName([name], wanted.name)
      : true)
}

function notHere(shown: string): RockerError {
  return new RockerError(
    'not-found',
    `find image ${shown}: it is not here`,
    {
      hint: `rocker pull ${shown}`,
    },
  )
}

function createdMs(image: Image | undefined): number {
  return Date.parse(image?.config.created ?? '') || 0
}
