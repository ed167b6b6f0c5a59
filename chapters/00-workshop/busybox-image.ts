// An image by hand: what `docker build` and `docker push` come down to.
//
//   layer      a tar of the files, gzipped; its name is the hash of its bytes
//   config     what to run, and the hash of each layer before gzip
//   manifest   the list of these blobs; a tag is a name for it
//
// OCI image spec; OCI distribution spec, "Pushing"

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { makeBusyboxRoot } from '../../test/support/rootfs.ts'
import { hostPlatform } from '../07-registry/platform.ts'

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
}

/** Pushes an image of this machine's own busybox: `http://127.0.0.1:5000`. */
export async function pushBusybox(registry: string): Promise<void> {
  const tar = busyboxTar()
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

function busyboxTar(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'rocker-image-'))
  try {
    const root = join(folder, 'root')
    makeBusyboxRoot(root)
    const owner = ['--numeric-owner', '--owner=0', '--group=0']
    return execFileSync('tar', [...owner, '-C', root, '-c', '.'], {
      maxBuffer: 2 ** 28,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
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
