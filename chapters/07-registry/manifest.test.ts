// What a registry may send is in the lies of registry.test.ts; here is what is
// allowed, although it looks unusual.

import { describe, expect, test } from 'vitest'

import { digestOf } from './digest.ts'
import { parseManifest } from './manifest.ts'

const digest = digestOf(Buffer.from('x'))
const oci = 'application/vnd.oci.image'
const docker = 'application/vnd.docker'
const config = { mediaType: `${oci}.config.v1+json`, digest, size: 1 }
const layer = { mediaType: `${oci}.layer.v1.tar+gzip`, digest, size: 1 }

function parse(document: object, mediaType?: string) {
  return parseManifest(
    Buffer.from(JSON.stringify({ schemaVersion: 2, ...document })),
    mediaType,
    'it',
  )
}

describe('the type is what header and field agree on', () => {
  test.each([
    ['the header alone', `${oci}.manifest.v1+json`, {}],
    [
      'the field alone',
      undefined,
      { mediaType: `${oci}.manifest.v1+json` },
    ],
    ['neither, but the form', undefined, {}],
    ['a header that says nothing', 'text/plain', {}],
    ['a header of a wicked name', 'constructor', {}],
  ])('%s', (_, header, fields) => {
    const { kind, mediaType } = parse(
      { config, layers: [], ...fields },
      header,
    )
    expect({ kind, mediaType }).toEqual({
      kind: 'manifest',
      mediaType: `${oci}.manifest.v1+json`,
    })
  })
})

test.each([
  `${oci}.layer.v1.tar`,
  `${oci}.layer.v1.tar+gzip`,
  `${oci}.layer.v1.tar+zstd`,
  `${docker}.image.rootfs.diff.tar`,
  `${docker}.image.rootfs.diff.tar.gzip`,
  `${docker}.image.rootfs.diff.tar.zstd`,
])('a layer of the type %s is fine', (mediaType) => {
  const manifest = parse({ config, layers: [{ ...layer, mediaType }] })
  expect(manifest.kind === 'manifest' && manifest.layers).toEqual([
    { ...layer, mediaType },
  ])
})

test.each([
  `${docker}.image.rootfs.foreign.diff.tar.gzip`,
  `${oci}.layer.nondistributable.v1.tar+zstd`,
])('R13: a layer of the type %s is refused', (mediaType) => {
  expect(() =>
    parse({ config, layers: [{ ...layer, mediaType }] }),
  ).toThrow('from elsewhere')
})

test.each(['', 'text/html', 'application/x-xz', 'toString'])(
  'a layer of the type %j is refused',
  (mediaType) => {
    expect(() =>
      parse({ config, layers: [{ ...layer, mediaType }] }),
    ).toThrow('unknown type')
  },
)

test('an index keeps platforms, and what is said beside them is ignored', () => {
  const platform = { os: 'linux', architecture: 'arm', variant: 'v7' }
  const index = parse({
    manifests: [
      {
        ...config,
        platform: { ...platform, 'os.version': 3 },
        urls: ['x'],
      },
      { ...config, platform: null, annotations: 1 },
    ],
  })
  expect(index).toEqual({
    kind: 'index',
    mediaType: `${oci}.index.v1+json`,
    manifests: [{ ...config, platform }, config],
  })
})

test('a platform that would paint on a terminal is refused', () => {
  const platform = { os: 'linux', architecture: '\x1b[2J' }
  expect(() => parse({ manifests: [{ ...config, platform }] })).toThrow(
    'architecture',
  )
})
