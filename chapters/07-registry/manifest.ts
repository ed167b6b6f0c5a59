// What an image is made of: a list of names of content.
//
//   index ──▶ manifest (one a platform) ──▶ config      a JSON file
//                                      └──▶ layers      tar archives
//
// Docker and OCI each have their words for the same two things. A document
// must say one thing only: what can be read in two ways is refused, because
// two readers of one digest would run two images (CVE-2021-41190).
//
// https://github.com/opencontainers/image-spec
// https://distribution.github.io/distribution/spec/manifest-v2-2/

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { type Claim, parseDigest } from './digest.ts'
import {
  type JsonObject,
  list,
  object,
  optionalText,
  parseObject,
  refuse,
  size,
  text,
} from './json.ts'
import type { Platform } from './platform.ts'
import { quoted } from './quoted.ts'

/** The name of content: what it is, its digest and its size. */
export interface Descriptor extends Claim {
  readonly mediaType: string
  readonly platform?: Platform
}

/** An image for one platform. */
export interface Manifest {
  readonly kind: 'manifest'
  readonly mediaType: string
  readonly config: Descriptor
  /** The lowest layer first. */
  readonly layers: readonly Descriptor[]
}

/** A list of images, one for each platform. */
export interface Index {
  readonly kind: 'index'
  readonly mediaType: string
  readonly manifests: readonly Descriptor[]
}

const docker = 'application/vnd.docker.'
const oci = 'application/vnd.oci.image.'

const kinds: Readonly<Record<string, 'manifest' | 'index'>> = {
  [`${docker}distribution.manifest.v2+json`]: 'manifest',
  [`${docker}distribution.manifest.list.v2+json`]: 'index',
  [`${oci}manifest.v1+json`]: 'manifest',
  [`${oci}index.v1+json`]: 'index',
}

const configTypes: ReadonlySet<string> = new Set([
  `${docker}container.image.v1+json`,
  `${oci}config.v1+json`,
])

const layerTypes: ReadonlySet<string> = new Set([
  `${docker}image.rootfs.diff.tar`,
  `${docker}image.rootfs.diff.tar.gzip`,
  `${docker}image.rootfs.diff.tar.zstd`,
  `${oci}layer.v1.tar`,
  `${oci}layer.v1.tar+gzip`,
  `${oci}layer.v1.tar+zstd`,
])

const mostLayers = 512
const mostManifests = 4096

/** The media types that rocker asks a registry for. */
export const manifestTypes: readonly string[] = Object.keys(kinds)

/** Whether content of this type is a manifest or an index. */
export function isManifestType(mediaType: string): boolean {
  return Object.hasOwn(kinds, mediaType)
}

/**
 * Reads a manifest or an index. `mediaType` is what came with the bytes (a
 * Content-Type, or a descriptor's); `what` is named in errors.
 */
export function parseManifest(
  bytes: Uint8Array,
  mediaType: string | undefined,
  what: string,
): Manifest | Index {
  const document = parseObject(bytes, what)
  refuseSchema1(document, mediaType, what)
  if (document.schemaVersion !== 2)
    refuse(what, 'it has no schemaVersion 2')
  const type = typeOf(document, mediaType, what)
  return kinds[type] === 'index'
    ? readIndex(document, type, what)
    : readManifest(document, type, what)
}

// #region one-meaning
/** The one type that the header, the field and the form agree on. */
function typeOf(
  document: JsonObject,
  came: string | undefined,
  what: string,
): string {
  const isIndex = 'manifests' in document
  const isManifest = 'layers' in document || 'config' in document
  if (isIndex === isManifest || 'fsLayers' in document)
    refuse(what, 'it is ambiguous, or neither an image nor an index')
  const field = optionalText(document.mediaType, `${what}: mediaType`)
  // a type that is none of ours says nothing: files are served as JSON
  const header =
    came !== undefined && isManifestType(came) ? came : undefined
  const type =
    field ?? header ?? `${oci}${isIndex ? 'index' : 'manifest'}.v1+json`
  if (header !== undefined && field !== undefined && header !== field)
    refuse(
      what,
      `it is ambiguous: sent as ${header}, says ${quoted(field)}`,
    )
  if (!isManifestType(type))
    refuse(what, `its type ${quoted(type)} is not known`)
  if (kinds[type] !== (isIndex ? 'index' : 'manifest'))
    refuse(what, `it is ambiguous: the fields are not those of ${type}`)
  return type
}
// #endregion one-meaning

function readManifest(
  document: JsonObject,
  mediaType: string,
  what: string,
): Manifest {
  const config = descriptor(document.config, `${what}: config`)
  if (!configTypes.has(config.mediaType))
    refuse(what, `not an image: its config is ${quoted(config.mediaType)}`)
  const entries = list(document.layers, `${what}: layers`)
  if (entries.length > mostLayers)
    refuse(what, `${entries.length} layers are more than ${mostLayers}`)
  const layers = entries.map((entry, i) => {
    const layer = descriptor(entry, `${what}: layer ${i}`)
    if (layerTypes.has(layer.mediaType)) return layer
    const isForeign = /foreign|nondistributable/.test(layer.mediaType)
    return refuse(
      what,
      isForeign
        ? `layer ${i} has to be fetched from elsewhere`
        : `layer ${i} is of the unknown type ${quoted(layer.mediaType)}`,
    )
  })
  return { kind: 'manifest', mediaType, config, layers }
}

function readIndex(
  document: JsonObject,
  mediaType: string,
  what: string,
): Index {
  const entries = list(document.manifests, `${what}: manifests`)
  if (entries.length > mostManifests)
    refuse(what, `${entries.length} images are more than ${mostManifests}`)
  const manifests = entries.map((entry, i) =>
    descriptor(entry, `${what}: entry ${i}`),
  )
  return { kind: 'index', mediaType, manifests }
}

// `urls` is not read: content comes from the registry that was named
function descriptor(value: unknown, what: string): Descriptor {
  const fields = object(value, what)
  const platform = readPlatform(fields.platform, `${what}: platform`)
  return {
    mediaType: text(fields.mediaType, `${what}: mediaType`),
    digest: parseDigest(text(fields.digest, `${what}: digest`)),
    size: size(fields.size, `${what}: size`),
    ...(platform ? { platform } : {}),
  }
}

function readPlatform(value: unknown, what: string): Platform | undefined {
  if (value === undefined || value === null) return undefined
  const fields = object(value, what)
  const variant = fields.variant ?? ''
  return {
    os: platformWord(fields.os, `${what}.os`),
    architecture: platformWord(fields.architecture, `${what}.architecture`),
    ...(variant !== '' && {
      variant: platformWord(variant, `${what}.variant`),
    }),
  }
}

// these are shown to people when none of them fits
function platformWord(value: unknown, what: string): string {
  const word = text(value, what)
  return /^[\w.-]{0,64}$/.test(word) ? word : refuse(what, quoted(word))
}

function refuseSchema1(
  document: JsonObject,
  mediaType: string | undefined,
  what: string,
): void {
  if (
    document.schemaVersion === 1 ||
    mediaType?.startsWith(`${docker}distribution.manifest.v1+`)
  )
    throw new RockerError(
      'unsupported',
      `read ${what}: it is of the old schema 1`,
      { hint: 'pushing the image again with a newer tool makes schema 2' },
    )
}
