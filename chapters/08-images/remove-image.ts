// Taking names away, and what nobody needs any more.
//
// Content goes when no name leads to it and nobody uses it: what the index
// reaches is marked, what pulls and containers hold is marked, the rest is
// removed. So it does not matter how something became superfluous.

import { renameSync } from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { held, type Removers } from '../05-overlay/leftovers.ts'
import {
  type Claim,
  type Digest,
  parseDigest,
} from '../07-registry/digest.ts'
import { object, parseObject, size, text } from '../07-registry/json.ts'
import { familiarName, type Reference } from '../07-registry/reference.ts'

import { blobPath, listBlobs, readBlob } from './blob-store.ts'
import { loadImage } from './image.ts'
import {
  changeNames,
  type IndexEntry,
  includesName,
  readIndex,
  writeIndex,
} from './image-index.ts'
import { findNamed, type NamedImage, namedImages } from './image-store.ts'
import { layerFolder, listLayers } from './layer-store.ts'
import { changeStore, removeFreeLocks } from './locks.ts'

/** What `rmi` tells, in docker's order. */
export interface Removed {
  readonly untagged: readonly string[]
  /** The image's id and its layers, when the last name went. */
  readonly deleted: readonly Digest[]
}

const deepestIndex = 3

/** Takes away a name, and the image with its last one. */
export function removeImage(
  root: DataRoot,
  nameOrId: string,
  { force = false }: { readonly force?: boolean } = {},
): Promise<Removed> {
  return changeStore(root, (scratch) => {
    const entries = readIndex(root)
    const { named, name } = findNamed(namedImages(root, entries), nameOrId)
    const lost = name ? losing(named.names, name) : named.names
    if (!name && !force) refuseShared(named)
    const isLast = lost.length === named.names.length
    const users = isLast ? (held(root).get(`image ${named.id}`) ?? []) : []
    if (!force && users.length > 0) throw inUse(nameOrId, users)
    const goes = isLast && users.length === 0
    const left = changeNames(entries, lost, [])
    writeIndex(root, scratch, goes ? without(left, named) : left)
    const layers = collect(root, scratch)
    return {
      untagged: lost.map(familiarName),
      deleted: goes ? [named.id, ...layers.reverse()] : [],
    }
  })
}

// The last tag in a repository takes the repository's digests along.
function losing(names: readonly Reference[], name: Reference): Reference[] {
  const same = names.filter((other) => isOneRepository(other, name))
  const isLastTag =
    !name.digest && same.filter(({ tag }) => tag !== undefined).length === 1
  return isLastTag ? same : same.filter((n) => includesName([name], n))
}

/** Removes all content that no image has and nobody uses. */
export function collectGarbage(root: DataRoot): Promise<Digest[]> {
  return changeStore(root, (scratch) => collect(root, scratch))
}

// Out of the way while the store is locked; removed when it is free again.
function collect(root: DataRoot, scratch: string): Digest[] {
  const needed = new Set(held(root).keys())
  for (const { descriptor } of readIndex(root))
    if (descriptor) mark(root, descriptor, needed)
  for (const digest of listBlobs(root))
    if (!needed.has(`blob ${digest}`))
      renameSync(blobPath(root, digest), join(scratch, `blob-${digest}`))
  const layers = listLayers(root).filter((id) => !needed.has(`layer ${id}`))
  for (const id of layers)
    renameSync(layerFolder(root, id), join(scratch, `layer-${id}`))
  return layers
}

/** How the leftovers of images are removed: for `sweep`. */
export function imageRemovers(root: DataRoot): Removers {
  const remove = async () => {
    await collectGarbage(root)
    removeFreeLocks(root)
  }
  return { pull: remove, store: remove } // an rmi can die half-way too
}

// Generous: what another tool has put here is kept as far as it can be read.
function mark(
  root: DataRoot,
  { digest, size: bytes }: Claim,
  needed: Set<string>,
  depth = 0,
): void {
  needed.add(`blob ${digest}`)
  whereReadable(() => {
    const document = parseObject(
      readBlob(root, { digest, size: bytes }),
      digest,
    )
    for (const child of claimsIn([document.config, document.layers]))
      needed.add(`blob ${child.digest}`)
    for (const child of claimsIn([document.manifests]))
      if (depth < deepestIndex) mark(root, child, needed, depth + 1)
  })
  whereReadable(() => {
    const descriptor = { digest, size: bytes, mediaType: '' }
    for (const id of loadImage(root, descriptor).chainIds)
      needed.add(`layer ${id}`)
  })
}

function claimsIn(values: readonly unknown[]): Claim[] {
  return values.flat().flatMap((value) => {
    const claims: Claim[] = []
    whereReadable(() => {
      const fields = object(value, 'a descriptor')
      claims.push({
        digest: parseDigest(text(fields.digest, 'a digest')),
        size: size(fields.size, 'a size'),
      })
    })
    return claims
  })
}

// A damaged document leads nowhere; a disk that fails stops everything.
function whereReadable(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof RockerError)) throw error
  }
}

function without(
  entries: readonly IndexEntry[],
  { descriptors }: NamedImage,
): IndexEntry[] {
  return entries.filter(
    (entry) =>
      !descriptors.some(
        ({ digest }) => digest === entry.descriptor?.digest,
      ),
  )
}

function isOneRepository(a: Reference, b: Reference): boolean {
  return a.registry === b.registry && a.repository === b.repository
}

function refuseShared({ id, names }: NamedImage): void {
  const tags = names.filter(({ tag }) => tag !== undefined)
  const isShared =
    tags.length > 1 ||
    names.some((name) => names[0] && !isOneRepository(names[0], name))
  if (isShared)
    throw new RockerError(
      'busy',
      `remove image ${id}: it has the names ${names.map(familiarName).join(', ')}`,
      { hint: 'remove it by a name, or with --force by its id' },
    )
}

function inUse(nameOrId: string, users: readonly string[]): RockerError {
  return new RockerError(
    'busy',
    `remove image ${nameOrId}: in use by ${users.join(', ')}`,
    { hint: '--force takes its name away, and leaves it to who uses it' },
  )
}
