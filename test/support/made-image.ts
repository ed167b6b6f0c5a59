// An image made in memory, in any of the four shapes that registries have:
// two layers, one of them three megabytes that gzip cannot make smaller.

import { createCipheriv } from 'node:crypto'
import { gzipSync } from 'node:zlib'

import { digestOf } from '../../chapters/07-registry/digest.ts'

/** A document as a registry serves it. */
export interface Served {
  readonly type: string
  readonly bytes: Buffer
}

/** What a registry has of one repository: by tag and by digest. */
export interface Shelf {
  readonly manifests: Map<string, Served>
  readonly blobs: Map<string, Buffer>
  /** The digests of the layers, the lowest first. */
  readonly layers: readonly string[]
  readonly config: string
}

/** A descriptor as a manifest has it; a lie may put anything there. */
export type Entry = Record<string, unknown>

/** A manifest before it gets its digest. */
export interface ManifestFields extends Entry {
  config: Entry
  layers: Entry[]
}

export type Shape = 'docker' | 'docker-list' | 'oci' | 'oci-index'

const docker = 'application/vnd.docker'
const oci = 'application/vnd.oci.image'
const types = {
  docker: {
    manifest: `${docker}.distribution.manifest.v2+json`,
    index: `${docker}.distribution.manifest.list.v2+json`,
    config: `${docker}.container.image.v1+json`,
    layer: `${docker}.image.rootfs.diff.tar.gzip`,
  },
  oci: {
    manifest: `${oci}.manifest.v1+json`,
    index: `${oci}.index.v1+json`,
    config: `${oci}.config.v1+json`,
    layer: `${oci}.layer.v1.tar+gzip`,
  },
}

/** The three kinds of machine that an index of ours has an image for. */
export const madePlatforms = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64', variant: 'v8' },
  { os: 'linux', architecture: 'arm', variant: 'v7' },
] as const

interface MadeLayer {
  readonly archive: Buffer
  readonly bytes: Buffer
}

let made: MadeLayer[] | undefined

/**
 * Makes an image; `config`, `manifest` and `index` may change the documents
 * before they get their digests.
 */
export function madeImage(
  more: {
    shape?: Shape
    config?: (config: Entry) => unknown
    manifest?: (manifest: ManifestFields) => unknown
    index?: (index: { manifests: Entry[] }) => unknown
  } = {},
): Shelf {
  const { shape = 'oci' } = more
  const type = types[shape.startsWith('docker') ? 'docker' : 'oci']
  const blobs = new Map<string, Buffer>()
  const manifests = new Map<string, Served>()
  const layers = madeLayers()
  for (const { bytes } of layers) blobs.set(digestOf(bytes), bytes)
  const entries = madePlatforms.map((platform) => {
    const config = json(madeConfig(platform, layers), more.config)
    blobs.set(digestOf(config), config)
    const manifest = json(
      {
        schemaVersion: 2,
        mediaType: type.manifest,
        config: entry(type.config, config),
        layers: layers.map(({ bytes }) => entry(type.layer, bytes)),
      },
      more.manifest,
    )
    manifests.set(digestOf(manifest), {
      type: type.manifest,
      bytes: manifest,
    })
    return {
      ...entry(type.manifest, manifest),
      platform,
      manifest,
      config: digestOf(config),
    }
  })
  const [first] = entries
  if (!first) throw new Error('no platform')
  const isIndex = shape.endsWith('list') || shape.endsWith('index')
  const index = json(
    {
      schemaVersion: 2,
      mediaType: type.index,
      manifests: entries.map(({ manifest, config, ...rest }) => rest),
    },
    more.index,
  )
  const top = isIndex
    ? { type: type.index, bytes: index }
    : { type: type.manifest, bytes: first.manifest }
  manifests.set('latest', top)
  manifests.set(digestOf(top.bytes), top)
  return {
    manifests,
    blobs,
    layers: layers.map(({ bytes }) => digestOf(bytes)),
    config: first.config,
  }
}

/** What `latest` stands for. */
export function latest(shelf: Shelf): Served {
  const served = shelf.manifests.get('latest')
  if (!served) throw new Error('an image without latest')
  return served
}

function madeConfig(
  platform: { os: string; architecture: string },
  layers: readonly { archive: Buffer }[],
): Entry {
  return {
    ...platform,
    config: { Env: ['PATH=/bin'], Cmd: ['/bin/true'] },
    rootfs: {
      type: 'layers',
      diff_ids: layers.map(({ archive }) => digestOf(archive)),
    },
  }
}

function madeLayers(): MadeLayer[] {
  const key = Buffer.alloc(16)
  made ??= [
    tar([['etc/hello', Buffer.from('hello\n')]]),
    tar([
      [
        'noise',
        createCipheriv('aes-128-ctr', key, key).update(
          Buffer.alloc(3 * 1024 * 1024),
        ),
      ],
    ]),
  ].map((archive) => ({ archive, bytes: gzipSync(archive, { level: 1 }) }))
  return made
}

function entry(mediaType: string, bytes: Buffer): Entry {
  return { mediaType, digest: digestOf(bytes), size: bytes.length }
}

function json<T>(value: T, change?: (value: T) => unknown): Buffer {
  return Buffer.from(JSON.stringify(change ? change(value) : value))
}

/** A tar archive of plain files, as the oldest tar would make it. */
export function tar(files: readonly (readonly [string, Buffer])[]): Buffer {
  const blocks = files.flatMap(([name, content]) => {
    const header = Buffer.alloc(512)
    header.write(name, 0)
    header.write('0000644\x000000000\x000000000\0', 100)
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write('00000000000\0        0', 136)
    header.write('ustar\u000000', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    const padding = Buffer.alloc((512 - (content.length % 512)) % 512)
    return [header, content, padding]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}
