// The images of the bench, and how they get into a registry.
//
// The Debian root filesystem is made once, by mmdebstrap, and kept outside the
// repository: it is large, and making it takes the network.

import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGunzip } from 'node:zlib'

const kept = process.env.ROCKER_FIXTURES ?? '/var/tmp/rocker-fixtures'

/** A Debian root filesystem as a layer: 170 MB, 60 MB compressed. */
export function debianLayer(): string {
  const layer = join(kept, 'debian.tar.gz')
  if (existsSync(layer)) return layer
  mkdirSync(kept, { recursive: true })
  const tar = join(kept, 'debian.tar')
  if (!existsSync(tar)) {
    console.error('bench: makes a Debian root filesystem, once: mmdebstrap')
    const making = join(kept, `.making-${process.pid}.tar`)
    const options = ['--variant=minbase', '--quiet', 'bookworm', making]
    execFileSync('mmdebstrap', options, { stdio: ['ignore', 2, 2] })
    renameSync(making, tar)
  }
  execFileSync('gzip', ['--keep', '--force', tar])
  return layer
}

/** Whether that was made already: it takes the internet. */
export function hasDebianLayer(): boolean {
  return ['debian.tar.gz', 'debian.tar'].some((name) =>
    existsSync(join(kept, name)),
  )
}

/** A root filesystem that is busybox alone, as a layer. */
export function busyboxLayer(): string {
  const folder = mkdtempSync(join(tmpdir(), 'busybox-'))
  const root = join(folder, 'root')
  for (const name of ['', 'bin', 'dev', 'etc', 'proc', 'sys', 'tmp'])
    mkdirSync(join(root, name))
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'))
  for (const applet of ['sh', 'sleep', 'true'])
    symlinkSync('busybox', join(root, 'bin', applet))
  const layer = join(folder, 'busybox.tar.gz')
  execFileSync('tar', ['-C', root, '-czf', layer, '.'])
  return layer
}

/** So many layers, each of ten files that no other has. */
export function smallLayers(count: number): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'layers-'))
  return Array.from({ length: count }, (_, i) => {
    const root = join(folder, `${i}/opt/${i}`)
    mkdirSync(root, { recursive: true })
    for (let file = 0; file < 10; file++)
      writeFileSync(join(root, `${file}`), `${i} ${file}\n`.repeat(10_000))
    const layer = join(folder, `${i}.tar.gz`)
    execFileSync('tar', ['-C', join(folder, `${i}`), '-czf', layer, '.'])
    return layer
  })
}

/** Pushes an image, its lowest layer first: `127.0.0.1:5000/debian`. */
export async function pushImage(
  reference: string,
  ...layers: readonly string[]
): Promise<void> {
  const layout = mkdtempSync(join(tmpdir(), 'layout-'))
  const blobs = join(layout, 'blobs/sha256')
  mkdirSync(blobs, { recursive: true })
  const json = (value: unknown) => {
    const bytes = Buffer.from(JSON.stringify(value))
    const digest = createHash('sha256').update(bytes).digest('hex')
    writeFileSync(join(blobs, digest), bytes)
    return { digest: `sha256:${digest}`, size: bytes.length }
  }
  const digests = await Promise.all(layers.map((layer) => sha256(layer)))
  for (const [i, layer] of layers.entries())
    copyFileSync(layer, join(blobs, digests[i] ?? ''))
  const diffIds = await Promise.all(
    layers.map((layer) => sha256(layer, createGunzip())),
  )
  const config = json({
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { Env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'], Cmd: ['sh'] },
    rootfs: {
      type: 'layers',
      diff_ids: diffIds.map((hex) => `sha256:${hex}`),
    },
  })
  const manifest = json({
    schemaVersion: 2,
    mediaType: oci('manifest.v1+json'),
    config: { mediaType: oci('config.v1+json'), ...config },
    layers: layers.map((layer, i) => ({
      mediaType: oci('layer.v1.tar+gzip'),
      digest: `sha256:${digests[i]}`,
      size: statSync(layer).size,
    })),
  })
  writeFileSync(
    join(layout, 'index.json'),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [{ mediaType: oci('manifest.v1+json'), ...manifest }],
    }),
  )
  writeFileSync(
    join(layout, 'oci-layout'),
    JSON.stringify({ imageLayoutVersion: '1.0.0' }),
  )
  // while we wait, somebody has to read what the registry logs
  await promisify(execFile)('skopeo', [
    ...['copy', '--quiet', '--insecure-policy', '--format', 'v2s2'],
    ...[
      '--dest-tls-verify=false',
      `oci:${layout}`,
      `docker://${reference}`,
    ],
  ])
  rmSync(layout, { recursive: true })
}

function oci(kind: string): string {
  return `application/vnd.oci.image.${kind}`
}

async function sha256(
  path: string,
  through?: NodeJS.ReadWriteStream,
): Promise<string> {
  const hash = createHash('sha256')
  const input = createReadStream(path)
  await (through ? pipeline(input, through, hash) : pipeline(input, hash))
  return hash.digest('hex')
}
