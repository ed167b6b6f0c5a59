// The ways in which a registry can lie, row by row (R01 to R19), and how a
// pull has to end. Chapter 7 finds out most of them; what is marked `unpack`
// passes there, and is for chapter 8 to find.
//
// R12 and R14 (logins) and R16 (TLS) need a stage of their own, and have it
// in the tests of chapter 7. R17 and R18 come when rocker lists and pushes.

import type { ErrorCode } from '../../chapters/01-syscalls/rocker-error.ts'
import { digestOf } from '../../chapters/07-registry/digest.ts'

import { type Behaviour, sendBlob, type Visit } from './lying-registry.ts'
import { type Entry, latest, madeImage, type Shelf } from './made-image.ts'

/** One lie, and what has to come of it. */
export interface Lie {
  readonly row: string
  /** "the registry …" */
  readonly name: string
  /** How a pull of `latest` ends. */
  readonly ends: 'works' | ErrorCode
  /** What the error says. */
  readonly says?: RegExp
  /** At most so many requests for any one thing. */
  readonly most?: number
  /** Found when the image is unpacked, not when it is fetched. */
  readonly stage?: 'unpack'
  readonly shelf?: () => Shelf
  readonly behave?: Behaviour
}

const mebibyte = 1024 * 1024
const sha = 'a'.repeat(64)

/** The first layer's descriptor says something else. */
function layerSays(change: Entry): () => Shelf {
  return () =>
    madeImage({
      manifest: (manifest) => {
        Object.assign(manifest.layers[0] ?? {}, change)
        return manifest
      },
    })
}

function sizes(of: 'layer' | 'config', by: number): () => Shelf {
  return () =>
    madeImage({
      manifest: (manifest) => {
        const entry = of === 'config' ? manifest.config : manifest.layers[1]
        if (entry) entry.size = (entry.size as number) + by
        return manifest
      },
    })
}

function manifestIs(change: (fields: Entry) => unknown): () => Shelf {
  return () => madeImage({ manifest: change })
}

function configSays(change: Entry): () => Shelf {
  return () => madeImage({ config: (fields) => ({ ...fields, ...change }) })
}

function runSays(change: Entry): () => Shelf {
  return configSays({ config: { Cmd: ['/bin/true'], ...change } })
}

function only(
  kind: Visit['kind'],
  behave: (visit: Visit) => void,
): Behaviour {
  return (visit) => (visit.kind === kind ? behave(visit) : visit.honest())
}

/** The large layer, and not the rest. */
function onLayer(behave: (visit: Visit, blob: Buffer) => void): Behaviour {
  return (visit) => {
    const blob = visit.shelf.blobs.get(visit.name)
    if (blob && visit.name === visit.shelf.layers[1]) behave(visit, blob)
    else visit.honest()
  }
}

function flipped(blob: Buffer, at = blob.length >> 1): Buffer {
  const copy = Buffer.from(blob)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

function chunked(visit: Visit, blob: Buffer): void {
  visit.response.writeHead(200)
  visit.response.write(blob.subarray(0, 1000))
  visit.response.end(blob.subarray(1000))
}

/** Sends the head and so many bytes, then breaks the connection. */
function cut(visit: Visit, blob: Buffer, bytes: number): void {
  const { request, response } = visit
  const from = Number(
    /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0,
  )
  const rest = blob.subarray(from)
  response.writeHead(from ? 206 : 200, {
    'content-length': rest.length,
    ...(from && {
      'content-range': `bytes ${from}-${blob.length - 1}/${blob.length}`,
    }),
  })
  response.write(rest.subarray(0, bytes), () =>
    setTimeout(() => response.destroy(), 20),
  )
}

function status(
  visit: Visit,
  code: number,
  headers: Record<string, string> = {},
): void {
  visit.response.writeHead(code, headers)
  visit.response.end(`${code}\n`)
}

/** Sends the same bytes until the guest leaves. */
function endless(visit: Visit, length?: string, code = 200): void {
  const { response } = visit
  const chunk = Buffer.alloc(64 * 1024, 0x20)
  response.writeHead(code, { ...(length && { 'content-length': length }) })
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', more)
  more()
}

function times(
  most: number,
  behave: (visit: Visit) => void,
): (visit: Visit) => void {
  return (visit) => (visit.nth <= most ? behave(visit) : visit.honest())
}

function to(location: string): (visit: Visit) => void {
  return (visit) => status(visit, 302, { location })
}

/** Goes round by `hops` redirects before it answers. */
function hops(most: number): Behaviour {
  return (visit) => {
    const [path = '', at = '0'] = visit.request.url?.split('?hop=') ?? []
    if (visit.kind !== 'manifest' || Number(at) >= most) visit.honest()
    else status(visit, 307, { location: `${path}?hop=${Number(at) + 1}` })
  }
}

// an index of indexes: the top one is `deep` levels above the manifest
function nested(deep: number): Shelf {
  const shelf = madeImage({ shape: 'oci-index' })
  for (let i = 0; i < deep; i++) {
    const below = latest(shelf)
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: below.type,
        manifests: [
          {
            mediaType: below.type,
            digest: digestOf(below.bytes),
            size: below.bytes.length,
          },
        ],
      }),
    )
    shelf.manifests.set('latest', { type: below.type, bytes })
    shelf.manifests.set(digestOf(bytes), { type: below.type, bytes })
  }
  return shelf
}

function served(
  type: string,
  text: string | Buffer,
  headers: Record<string, string> = {},
): Behaviour {
  return only('manifest', ({ response }) => {
    response.writeHead(200, { 'content-type': type, ...headers })
    response.end(text)
  })
}

const ociManifest = 'application/vnd.oci.image.manifest.v1+json'

/** All lies. */
export const lies: readonly Lie[] = [
  {
    row: 'R01',
    name: 'flips one bit of a layer',
    ends: 'refused',
    says: /digest/,
    most: 1,
    behave: onLayer(({ request, response }, blob) =>
      sendBlob(request, response, flipped(blob)),
    ),
  },
  {
    row: 'R01',
    name: 'flips one bit of the config',
    ends: 'refused',
    says: /digest/,
    most: 1,
    behave: (visit) => {
      const blob = visit.shelf.blobs.get(visit.name)
      if (visit.name !== visit.shelf.config || !blob) visit.honest()
      else sendBlob(visit.request, visit.response, flipped(blob))
    },
  },
  {
    row: 'R01',
    name: 'sends more bytes than the layer has',
    ends: 'refused',
    says: /bytes/,
    most: 1,
    behave: onLayer((visit, blob) =>
      chunked(visit, Buffer.concat([blob, Buffer.from('more')])),
    ),
  },
  {
    row: 'R01',
    name: 'ends a layer too early, and politely',
    ends: 'refused',
    says: /bytes/,
    most: 1,
    behave: onLayer((visit, blob) => chunked(visit, blob.subarray(0, -1))),
  },
  {
    row: 'R01',
    name: 'sends a layer of another length, and says so',
    ends: 'refused',
    says: /bytes instead of/,
    most: 1,
    behave: onLayer(({ request, response }, blob) =>
      sendBlob(request, response, blob.subarray(0, -1)),
    ),
  },
  ...[5, -5, 1, -1].flatMap((by): Lie[] =>
    (['layer', 'config'] as const).flatMap((of) => [
      {
        row: 'R02',
        name: `says that the ${of} has ${by} bytes more`,
        ends: 'refused',
        says: /bytes/,
        shelf: sizes(of, by),
      },
      {
        row: 'R02',
        name: `says that the ${of} has ${by} bytes more, and no length`,
        ends: 'refused',
        says: /bytes/,
        shelf: sizes(of, by),
        behave: only('blob', (visit) => {
          chunked(visit, visit.shelf.blobs.get(visit.name) ?? Buffer.of())
        }),
      },
    ]),
  ),
  ...[-1, 1.5, 1e30, '12', null].map(
    (size): Lie => ({
      row: 'R02',
      name: `says that a layer has ${JSON.stringify(size)} bytes`,
      ends: 'refused',
      says: /layer 0: size: not a size/,
      shelf: layerSays({ size }),
    }),
  ),
  {
    row: 'R02',
    name: 'says in the index that the manifest is longer',
    ends: 'refused',
    says: /bytes instead of/,
    shelf: () =>
      madeImage({
        shape: 'oci-index',
        index: (index) => ({
          ...index,
          manifests: index.manifests.map((entry) => ({
            ...entry,
            size: (entry.size as number) + 1,
          })),
        }),
      }),
  },
  {
    row: 'R03',
    name: 'has a config with another diff id',
    ends: 'refused',
    stage: 'unpack',
    shelf: configSays({
      rootfs: {
        type: 'layers',
        diff_ids: [`sha256:${sha}`, `sha256:${sha}`],
      },
    }),
  },
  {
    row: 'R03',
    name: 'has a config with a diff id too few',
    ends: 'refused',
    stage: 'unpack',
    shelf: configSays({
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha}`] },
    }),
  },
  ...[
    'sha256:../../x',
    `sha256:${'a'.repeat(63)}`,
    `sha256:${'a'.repeat(65)}`,
    `sha256:${'A'.repeat(64)}`,
    `md5:${'a'.repeat(32)}`,
    `sha384:${'a'.repeat(96)}`,
    `sha256:${'a'.repeat(60)}/../`,
    `sha256:${sha}\n`,
    '',
    42,
  ].map(
    (digest): Lie => ({
      row: 'R04',
      name: `names a layer ${JSON.stringify(digest)}`,
      ends: 'refused',
      says: /digest/,
      shelf: layerSays({ digest }),
    }),
  ),
  {
    row: 'R04',
    name: 'names the manifest with a path in the header',
    ends: 'refused',
    says: /digest/,
    behave: served(ociManifest, '{}', {
      'docker-content-digest': 'sha256:../../x',
    }),
  },
  {
    row: 'R05',
    name: 'has a manifest of 20 MB',
    ends: 'refused',
    says: /more than 4194304 bytes/,
    behave: served(ociManifest, Buffer.alloc(20_000_000, 0x20)),
  },
  {
    row: 'R05',
    name: 'has a manifest with 513 layers',
    ends: 'refused',
    says: /513 layers/,
    shelf: manifestIs((fields) => ({
      ...fields,
      layers: Array(513).fill((fields.layers as Entry[])[0]),
    })),
  },
  {
    row: 'R05',
    name: 'has a manifest with 100,000 layers',
    ends: 'refused',
    says: /more than/,
    shelf: manifestIs((fields) => ({
      ...fields,
      layers: Array(100_000).fill((fields.layers as Entry[])[0]),
    })),
  },
  {
    row: 'R05',
    name: 'has a manifest that is 200,000 lists deep',
    ends: 'refused',
    behave: served(ociManifest, '['.repeat(200_000) + ']'.repeat(200_000)),
  },
  {
    row: 'R05',
    name: 'has a manifest with layers 200,000 lists deep',
    ends: 'refused',
    behave: served(
      ociManifest,
      `{"schemaVersion":2,"config":{},"layers":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
    ),
  },
  {
    row: 'R05',
    name: 'answers with the page of a captive portal',
    ends: 'refused',
    says: /web page/,
    behave: served('text/html; charset=utf-8', '<html>log in</html>'),
  },
  {
    row: 'R05',
    name: 'answers with what is no JSON',
    ends: 'refused',
    says: /not JSON/,
    behave: served(ociManifest, '{"schemaVersion":2'),
  },
  ...['null', '[]', '2', '"x"', '{}'].map(
    (text): Lie => ({
      row: 'R05',
      name: `has the manifest ${text}`,
      ends: 'refused',
      behave: served(ociManifest, text),
    }),
  ),
  {
    row: 'R05',
    name: 'has a manifest of schema 1',
    ends: 'unsupported',
    says: /old schema 1/,
    behave: served(
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      '{"schemaVersion":1,"fsLayers":[],"history":[]}',
    ),
  },
  {
    row: 'R05',
    name: 'has a manifest that is an index too',
    ends: 'refused',
    says: /ambiguous/,
    shelf: manifestIs((fields) => ({ ...fields, manifests: [] })),
  },
  ...['manifests', 'fsLayers'].map(
    (field): Lie => ({
      row: 'R05',
      name: `has a manifest of no type with ${field} in it`,
      ends: 'refused',
      says: /ambiguous/,
      behave: only('manifest', ({ shelf, response }) => {
        const { mediaType, ...fields } = JSON.parse(
          `${latest(shelf).bytes}`,
        ) as Entry
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ ...fields, [field]: [] }))
      }),
    }),
  ),
  {
    row: 'R05',
    name: 'calls a manifest an index in its field',
    ends: 'refused',
    says: /ambiguous/,
    shelf: manifestIs((fields) => ({
      ...fields,
      mediaType: 'application/vnd.oci.image.index.v1+json',
    })),
  },
  {
    row: 'R05',
    name: 'calls a manifest an index in the header',
    ends: 'refused',
    says: /ambiguous/,
    behave: only('manifest', ({ shelf, response }) => {
      const type = 'application/vnd.oci.image.index.v1+json'
      response.writeHead(200, { 'content-type': type })
      response.end(latest(shelf).bytes)
    }),
  },
  {
    row: 'R05',
    name: 'calls a manifest JSON in the header, as files are served',
    ends: 'works',
    behave: only('manifest', ({ shelf, response }) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(latest(shelf).bytes)
    }),
  },
  {
    row: 'R05',
    name: 'has an index in an index',
    ends: 'works',
    shelf: () => nested(1),
  },
  {
    row: 'R05',
    name: 'has indexes in indexes in indexes',
    ends: 'refused',
    says: /indexes of indexes/,
    shelf: () => nested(5),
  },
  {
    row: 'R05',
    name: 'answers each question with the same index',
    ends: 'refused',
    says: /digest/,
    shelf: () => nested(1),
    behave: only('manifest', ({ shelf, response }) => {
      const { type, bytes } = latest(shelf)
      response.writeHead(200, { 'content-type': type })
      response.end(bytes)
    }),
  },
  {
    row: 'R05',
    name: 'has an artifact that is no image',
    ends: 'refused',
    says: /not an image/,
    shelf: manifestIs((fields) => ({
      ...fields,
      config: {
        ...(fields.config as Entry),
        mediaType: 'application/vnd.cncf.helm.config.v1+json',
      },
    })),
  },
  {
    row: 'R06',
    name: 'says that a tag has another digest than its bytes',
    ends: 'refused',
    says: /its digest is not/,
    behave: only('manifest', ({ shelf, response }) => {
      const { type, bytes } = latest(shelf)
      response.writeHead(200, {
        'content-type': type,
        'docker-content-digest': `sha256:${sha}`,
      })
      response.end(bytes)
    }),
  },
  {
    row: 'R06',
    name: 'has another manifest under a digest of the index',
    ends: 'refused',
    says: /its digest is not/,
    shelf: () => {
      const shelf = madeImage({ shape: 'oci-index' })
      for (const [name, { type, bytes }] of shelf.manifests)
        if (name !== 'latest' && type === ociManifest)
          shelf.manifests.set(name, {
            type,
            bytes: Buffer.concat([bytes, Buffer.from(' ')]),
          })
      return shelf
    },
  },
  {
    row: 'R07',
    name: 'has no time for a second, twice',
    ends: 'works',
    most: 3,
    behave: only(
      'manifest',
      times(2, (visit) => status(visit, 429, { 'retry-after': '0' })),
    ),
  },
  {
    row: 'R07',
    name: 'never has time',
    ends: 'unavailable',
    says: /429/,
    most: 5,
    behave: only('manifest', (visit) =>
      status(visit, 429, { 'retry-after': '0' }),
    ),
  },
  ...[500, 502, 503, 504].map(
    (code): Lie => ({
      row: 'R08',
      name: `answers ${code} twice`,
      ends: 'works',
      most: 3,
      behave: only(
        'blob',
        times(2, (visit) => status(visit, code)),
      ),
    }),
  ),
  {
    row: 'R08',
    name: 'answers 503 for ever',
    ends: 'unavailable',
    says: /503/,
    most: 5,
    behave: only('manifest', (visit) => status(visit, 503)),
  },
  {
    row: 'R08',
    name: 'breaks the connection without an answer, twice',
    ends: 'works',
    most: 3,
    behave: only(
      'manifest',
      times(2, ({ request }) => request.socket.destroy()),
    ),
  },
  {
    row: 'R08',
    name: 'breaks the connection in a manifest, twice',
    ends: 'works',
    most: 3,
    behave: only(
      'manifest',
      times(2, (visit) => cut(visit, latest(visit.shelf).bytes, 10)),
    ),
  },
  {
    row: 'R08',
    name: 'breaks each connection',
    ends: 'unavailable',
    says: /connection broke/,
    most: 5,
    behave: ({ request }) => request.socket.destroy(),
  },
  {
    row: 'R09',
    name: 'cuts a layer after 2 MiB of 3',
    ends: 'works',
    most: 2,
    behave: onLayer((visit, blob) =>
      visit.nth === 1 ? cut(visit, blob, 2 * mebibyte) : visit.honest(),
    ),
  },
  {
    row: 'R09',
    name: 'cuts a layer each 100 kB at first',
    ends: 'works',
    most: 5,
    behave: onLayer((visit, blob) =>
      visit.nth < 5 ? cut(visit, blob, 100_000) : visit.honest(),
    ),
  },
  {
    row: 'R09',
    name: 'cuts a layer each 600 kB, and so comes to its end',
    ends: 'works',
    most: 6,
    behave: onLayer((visit, blob) => cut(visit, blob, 600_000)),
  },
  {
    row: 'R09',
    name: 'cuts a layer each 100 kB for ever',
    ends: 'unavailable',
    says: /connection broke/,
    behave: onLayer((visit, blob) => cut(visit, blob, 100_000)),
    most: 25,
  },
  {
    row: 'R09',
    name: 'answers the question for the rest with the whole',
    ends: 'works',
    most: 2,
    behave: onLayer((visit, blob) => {
      delete visit.request.headers.range
      if (visit.nth === 1) cut(visit, blob, 2 * mebibyte)
      else sendBlob(visit.request, visit.response, blob)
    }),
  },
  {
    row: 'R09',
    name: 'answers the question for the rest with 416',
    ends: 'works',
    most: 3,
    behave: onLayer((visit, blob) => {
      if (visit.nth === 1) cut(visit, blob, 2 * mebibyte)
      else if (visit.request.headers.range) status(visit, 416)
      else visit.honest()
    }),
  },
  ...['bytes 0-99/100', 'bytes 5-9/*', 'lines 1-2/3', undefined].map(
    (range): Lie => ({
      row: 'R09',
      name: `sends the rest as ${JSON.stringify(range)}`,
      ends: 'refused',
      says: /asked for 2097152-, got/,
      most: 2,
      behave: onLayer((visit, blob) => {
        if (visit.nth === 1) return cut(visit, blob, 2 * mebibyte)
        visit.response.writeHead(206, {
          ...(range && { 'content-range': range }),
        })
        return visit.response.end(blob.subarray(2 * mebibyte))
      }),
    }),
  ),
  {
    row: 'R09',
    name: 'sends another rest',
    ends: 'refused',
    says: /digest/,
    most: 2,
    behave: onLayer((visit, blob) => {
      if (visit.nth === 1) cut(visit, blob, 2 * mebibyte)
      else
        sendBlob(
          visit.request,
          visit.response,
          flipped(blob, blob.length - 9),
        )
    }),
  },
  {
    row: 'R10',
    name: 'never answers',
    ends: 'unavailable',
    says: /nothing came/,
    most: 2,
    behave: () => {},
  },
  {
    row: 'R10',
    name: 'falls silent in the manifest',
    ends: 'unavailable',
    says: /nothing came/,
    most: 2,
    behave: only('manifest', ({ response }) => {
      response.writeHead(200, { 'content-length': '500' })
      response.write('{')
    }),
  },
  {
    row: 'R10',
    name: 'falls silent in a layer',
    ends: 'unavailable',
    says: /nothing came/,
    most: 2,
    behave: onLayer(({ response }, blob) => {
      response.writeHead(200, { 'content-length': blob.length })
      response.write(blob.subarray(0, 1000))
    }),
  },
  {
    row: 'R10',
    name: 'falls silent in a layer once',
    ends: 'works',
    most: 2,
    behave: onLayer((visit, blob) => {
      if (visit.nth > 1) return visit.honest()
      visit.response.writeHead(200, { 'content-length': blob.length })
      visit.response.write(blob.subarray(0, mebibyte))
      return undefined
    }),
  },
  {
    row: 'R11',
    name: 'sends round in a circle',
    ends: 'refused',
    says: /more than 10 redirects/,
    behave: (visit) => to(visit.request.url ?? '/')(visit),
  },
  {
    row: 'R11',
    name: 'sends on eleven times',
    ends: 'refused',
    says: /more than 10 redirects/,
    behave: hops(11),
  },
  {
    row: 'R11',
    name: 'sends on ten times',
    ends: 'works',
    behave: hops(10),
  },
  ...[
    'file:///etc/passwd',
    'ftp://127.0.0.1/x',
    'data:application/json,{}',
    'javascript:1',
    'unix:///run/docker.sock',
    'http://',
  ].map(
    (location): Lie => ({
      row: 'R11',
      name: `sends on to ${location}`,
      ends: 'refused',
      says: /sends on to/,
      behave: only('blob', to(location)),
    }),
  ),
  ...[
    'http://169.254.169.254/latest/meta-data',
    'http://[fe80::1]/',
    'http://2852039166/',
    'http://[::ffff:169.254.169.254]/',
  ].map(
    (location): Lie => ({
      row: 'R11',
      name: `sends on to ${location}`,
      ends: 'refused',
      says: /this machine or wire/,
      behave: only('manifest', to(location)),
    }),
  ),
  {
    row: 'R13',
    name: 'has a layer to be fetched from elsewhere',
    ends: 'refused',
    says: /fetched from elsewhere/,
    shelf: layerSays({
      mediaType:
        'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      urls: ['http://127.0.0.1:1/layer'],
    }),
  },
  {
    row: 'R13',
    name: 'names other places for a layer that it has',
    ends: 'works',
    shelf: layerSays({ urls: ['http://127.0.0.1:1/layer'] }),
  },
  {
    row: 'R13',
    name: 'names other places for a layer that it does not have',
    ends: 'not-found',
    shelf: () => {
      const shelf = layerSays({ urls: ['http://127.0.0.1:1/layer'] })()
      shelf.blobs.delete(shelf.layers[0] ?? '')
      return shelf
    },
  },
  {
    row: 'R15',
    name: 'sends the manifest packed, a bomb',
    ends: 'refused',
    says: /packed/,
    behave: served(ociManifest, Buffer.alloc(1000), {
      'content-encoding': 'gzip',
    }),
  },
  {
    row: 'R15',
    name: 'sends a manifest that never ends',
    ends: 'refused',
    says: /more than 4194304 bytes/,
    behave: only('manifest', (visit) => endless(visit)),
  },
  {
    row: 'R15',
    name: 'sends a layer that never ends',
    ends: 'refused',
    says: /more than/,
    behave: onLayer((visit) => endless(visit)),
  },
  {
    row: 'R15',
    name: 'says that the manifest has 1e15 bytes',
    ends: 'refused',
    says: /more than 4194304 bytes/,
    behave: only('manifest', (visit) => endless(visit, '1000000000000000')),
  },
  {
    row: 'R15',
    name: 'says that the manifest has 1e15 bytes, and sends none',
    ends: 'refused',
    says: /more than 4194304 bytes/,
    most: 1,
    behave: only('manifest', ({ response }) => {
      response.writeHead(200, { 'content-length': '1000000000000000' })
      response.flushHeaders()
    }),
  },
  {
    row: 'R15',
    name: 'says that a layer has 1e15 bytes',
    ends: 'refused',
    says: /bytes instead of/,
    behave: onLayer((visit) => endless(visit, '1000000000000000')),
  },
  {
    row: 'R15',
    name: 'says no with an error that never ends',
    ends: 'denied',
    behave: only('manifest', (visit) => endless(visit, undefined, 403)),
  },
  ...(
    [
      ['an Env with a line in it', { Env: ['A=1\nB=2', 'C=3'] }, 'works'],
      ['an Env without a name', { Env: ['=1'] }, 'refused'],
      ['an Entrypoint that is no list', { Entrypoint: 'sh' }, 'refused'],
      ['a Cmd of numbers', { Cmd: [1, 2] }, 'refused'],
      ['the User ../../x', { User: '../../x' }, 'works'],
      ['a relative WorkingDir', { WorkingDir: 'a/b' }, 'works'],
      [
        'the port 99999/tcp',
        { ExposedPorts: { '99999/tcp': {} } },
        'refused',
      ],
      ['a volume at /', { Volumes: { '/': {} } }, 'refused'],
      ['a volume at /proc', { Volumes: { '/proc': {} } }, 'refused'],
      ['the StopSignal FOO', { StopSignal: 'FOO' }, 'refused'],
    ] as const
  ).map(
    ([name, change, ends]): Lie => ({
      row: 'R19',
      name: `has a config with ${name}`,
      ends,
      stage: 'unpack',
      shelf: runSays(change),
    }),
  ),
  {
    row: 'R19',
    name: 'has a config with the WorkingDir /proc/self/fd/7',
    ends: 'works',
    stage: 'unpack',
    shelf: runSays({ WorkingDir: '/proc/self/fd/7' }),
  },
  {
    row: 'R19',
    name: 'has a config with labels of 5 MiB',
    ends: 'refused',
    says: /more than 4194304 bytes/,
    shelf: runSays({ Labels: { long: 'x'.repeat(5 * mebibyte) } }),
  },
]
