// A place to unpack strange archives in, with a victim beside it.
//
//   <sandbox>/victim/…        must be the same afterwards
//   <sandbox>/staging/diff    what the archive may fill

import { createHash } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { settle } from '../../chapters/08-images/settle.ts'
import {
  type LayerOrder,
  type UnpackedLayer,
  unpackLayer,
} from '../../chapters/08-images/unpack-layer.ts'

import { treeOf } from './tree.ts'

export interface LayerSandbox extends Disposable {
  readonly folder: string
  readonly victim: string
  readonly into: string
  /** Everything beside the layer's folder, as text. */
  outside(): string[]
  /** Makes the layer's folder anew. */
  clean(): void
  /**
   * Unpacks an archive that is not compressed, and settles it on nothing;
   * its whiteouts stay.
   */
  unpack(
    archive: Buffer,
    more?: Partial<LayerOrder>,
  ): Promise<UnpackedLayer>
}

/** A sandbox; dispose of it to remove it. */
export function layerSandbox(): LayerSandbox {
  const folder = mkdtempSync(join(tmpdir(), 'rocker-layer-'))
  const victim = join(folder, 'victim')
  const into = join(folder, 'staging', 'diff')
  makeVictim(victim)
  const clean = () => {
    rmSync(join(folder, 'staging'), { recursive: true, force: true })
    mkdirSync(join(folder, 'staging'), { mode: 0o700 })
    mkdirSync(into, { mode: 0o755 })
  }
  clean()
  return {
    folder,
    victim,
    into,
    clean,
    outside: () => [
      ...readdirSync(folder),
      ...readdirSync(join(folder, 'staging')),
      ...treeOf(victim),
    ],
    async unpack(archive, more) {
      const order = { ...orderOf(archive, archive), into, ...more }
      const layer = await unpackLayer(inChunks(archive, 10_000), order)
      settle(into, { ...layer, hiding: [] }, []) // to be looked at
      return layer
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}

function makeVictim(victim: string): void {
  mkdirSync(join(victim, 'sub'), { recursive: true })
  writeFileSync(join(victim, 'file'), 'precious\n', { mode: 0o600 })
  writeFileSync(join(victim, 'sub', 'other'), 'also precious\n')
  symlinkSync('file', join(victim, 'link'))
  chmodSync(join(victim, 'sub'), 0o711)
}

/** What a manifest and a config that are right say of a layer. */
export function orderOf(
  blob: Buffer,
  archive: Buffer,
): Pick<LayerOrder, 'digest' | 'size' | 'diffId'> {
  return {
    digest: sha256(blob),
    size: blob.length,
    diffId: sha256(archive),
  }
}

export function sha256(bytes: Buffer): `sha256:${string}` {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** The bytes as they could come from a network. */
export async function* inChunks(
  bytes: Buffer,
  chunkBytes: number,
): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunkBytes)
    yield bytes.subarray(at, at + chunkBytes)
}
