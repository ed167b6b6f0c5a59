// An image by hand: what `docker build` and `docker push` come down to.
//
//   layer      a tar of the files, gzipped; its name is the hash of its bytes
//   config     what to run, and the hash of each layer before gzip
//   manifest   the list of these blobs; a tag is a name for it
//
// OCI image spec; OCI distribution spec, "Pushing"

import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { create, type WriteEntry } from 'tar'

import { makeBusyboxRoot } from '../../test/support/rootfs.ts'
import { hostPlatform } from '../07-registry/platform.ts'

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
}

/** Pushes an image of this machine's own busybox: `http://127.0.0.1:5000`. */
export async function pushBusybox(registry: string): Promise<void> {
  const tar = await busyboxTar()
  const layer = gzipSync(tar)
  const config = json({
    ...hostPlatform(),
    config: { Env: ['PATH=/bin'], Cmd: ['sh'] },
    rootfs: { type: 'layers', diff_ids: [digest(tar)] },
  })
  const manifest = json({
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptor(types.config, config),
    layers: [descriptor(types.layer, layer)],
  })
  const repository = `${registry}/v2/busybox`
  await pushBlob(repository, layer)
  await pushBlob(repository, config)
  await send(`${repository}/manifests/latest`, {
    method: 'PUT',
    headers: { 'content-type': types.manifest },
    body: manifest,
  })
}

/** The files as an archive, all of them root's: the same bytes each time. */
export async function busyboxTar(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'rocker-image-'))
  try {
    const root = join(folder, 'root')
    makeBusyboxRoot(root)
    return await tarOf(root)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// not tar's `portable`, which takes from others the right to write: /tmp is
// everybody's
async function tarOf(root: string): Promise<Buffer> {
  const archive = create(
    {
      cwd: root,
      mtime: new Date(0),
      noPax: true, // no inode, no time of access
      noDirRecurse: true, // folders have no order of their own
      onWriteEntry: giveToRoot,
    },
    [
      '.',
      ...readdirSync(root, { recursive: true, encoding: 'utf8' }).sort(),
    ],
  )
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function giveToRoot(entry: WriteEntry): void {
  // the header has these two times as well, where it has room
  const times = { atime: new Date(0), ctime: new Date(0) }
  Object.assign(entry.stat ?? {}, { uid: 0, gid: 0, ...times })
  entry.myuser = 'root'
  entry.myuid = 0
}

/** First the registry is asked for a place, then the bytes go there. */
async function pushBlob(repository: string, blob: Buffer): Promise<void> {
  const answer = await send(`${repository}/blobs/uploads/`, {
    method: 'POST',
  })
  const place = new URL(answer.headers.get('location') ?? '', repository)
  place.searchParams.set('digest', digest(blob))
  await send(place, { method: 'PUT', body: blob })
}

async function send(
  url: string | URL,
  request: {
    method: string
    body?: Buffer
    headers?: Record<string, string>
  },
): Promise<Response> {
  const { body, ...rest } = request
  const answer = await fetch(url, {
    ...rest,
    ...(body ? { body: new Uint8Array(body) } : {}),
  })
  if (answer.ok) return answer
  throw new Error(`${request.method} ${url}: ${answer.status}`)
}

function descriptor(mediaType: string, blob: Buffer) {
  return { mediaType, digest: digest(blob), size: blob.length }
}

function digest(blob: Buffer): string {
  return `sha256:${createHash('sha256').update(blob).digest('hex')}`
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}
