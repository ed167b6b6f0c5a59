// The names of images: index.json of the OCI layout.
//
//   {"manifests": [{"digest": "sha256:…", "size": 528, "mediaType": "…",
//     "annotations": {"org.opencontainers.image.ref.name":
//                     "docker.io/library/debian:latest"}}]}
//
// One entry a name, in full; an entry without one is an image that lost its
// last name to a newer one. Other tools may write here too: what is not
// understood is kept as it is.
//
// https://github.com/opencontainers/image-spec/blob/main/annotations.md

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { parseDigest } from '../07-registry/digest.ts'
import {
  type JsonObject,
  list,
  object,
  optionalText,
  parseObject,
  size,
  text,
} from '../07-registry/json.ts'
import type { Descriptor } from '../07-registry/manifest.ts'
import {
  canonicalName,
  parseReference,
  type Reference,
} from '../07-registry/reference.ts'

import { writeDurably } from './durable.ts'

/** One line of the index. */
export interface IndexEntry {
  /** As it stands in the file. */
  readonly raw: unknown
  readonly name: Reference | undefined
  /** Missing where the entry cannot be understood. */
  readonly descriptor: Descriptor | undefined
  /** The quick sum of the image's configuration, where rocker noted it. */
  readonly sum: string | undefined
}

const refName = 'org.opencontainers.image.ref.name'
const sumName = 'rocker.config.sum'
const largestIndex = 64 * 1024 * 1024

/** Every entry; a store that was never used has none. */
export function readIndex(root: DataRoot): IndexEntry[] {
  const path = join(root.images, 'index.json')
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return []
  try {
    if (!stat.isFile() || stat.size > largestIndex)
      throw new RockerError('refused', 'it is not a file, or too large')
    const document = parseObject(readFileSync(path), path)
    return list(document.manifests, `${path}: manifests`).map(readEntry)
  } catch (cause) {
    if (!(cause instanceof RockerError)) throw cause
    throw new RockerError(
      'damaged',
      `read the names of images in ${path}`,
      {
        cause,
        hint: 'move it away, and pull the images again',
      },
    )
  }
}

// A damaged entry costs its own image only.
function readEntry(raw: unknown): IndexEntry {
  return {
    raw,
    name: whatCanBeRead(() => nameOf(object(raw, 'an entry'))),
    descriptor: whatCanBeRead(() => descriptorOf(object(raw, 'an entry'))),
    sum: whatCanBeRead(() => note(object(raw, 'an entry'), sumName)),
  }
}

/** An entry that gives a manifest a name, or none. */
export function indexEntry(
  descriptor: Descriptor,
  name: Reference | undefined,
  sum: string | undefined,
): IndexEntry {
  const annotations = {
    ...(name && { [refName]: canonicalName(name) }),
    ...(sum && { [sumName]: sum }),
  }
  return { raw: { ...descriptor, annotations }, name, descriptor, sum }
}

/** Replaces the index; only for who has the store's lock. */
export function writeIndex(
  root: DataRoot,
  scratch: string,
  entries: readonly IndexEntry[],
): void {
  const document = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: entries.map(({ raw }) => raw),
  }
  const path = join(root.images, 'index.json')
  writeDurably(path, scratch, JSON.stringify(document, undefined, 2))
}

/**
 * The entries without the names `lost`, and with those `added`. An image
 * that loses its last name stays, once, in an entry without one.
 */
export function changeNames(
  entries: readonly IndexEntry[],
  lost: readonly Reference[],
  added: readonly IndexEntry[],
): IndexEntry[] {
  const left = entries.flatMap((entry) => {
    const { name, descriptor, sum } = entry
    if (!name || !includesName(lost, name)) return entry
    return descriptor ? indexEntry(descriptor, undefined, sum) : []
  })
  const all = [...left, ...added]
  const named = all.filter(({ name }) => name)
  const seen = new Set(named.map(({ descriptor }) => descriptor?.digest))
  return all.filter(({ name, descriptor }) => {
    if (name || !descriptor) return true
    const isFirst = !seen.has(descriptor.digest)
    seen.add(descriptor.digest)
    return isFirst
  })
}

/** Whether a name is among others, each compared in full. */
export function includesName(
  names: readonly Reference[],
  name: Reference,
): boolean {
  const full = canonicalName(name)
  return names.some((other) => canonicalName(other) === full)
}

function nameOf(fields: JsonObject): Reference | undefined {
  const name = note(fields, refName)
  return name === undefined ? undefined : parseReference(name)
}

function note(fields: JsonObject, key: string): string | undefined {
  const annotations = object(fields.annotations ?? {}, 'annotations')
  return optionalText(annotations[key], key)
}

function descriptorOf(fields: JsonObject): Descriptor {
  return {
    mediaType: text(fields.mediaType, 'mediaType'),
    digest: parseDigest(text(fields.digest, 'digest')),
    size: size(fields.size, 'size'),
  }
}

function whatCanBeRead<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof RockerError) return undefined
    throw error
  }
}
