// A data root of its own, and images that come from registries of one image.

import {
  type ChildProcess,
  type ChildProcessWithoutNullStreams,
  spawn,
} from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import {
  type DataRoot,
  dataRoot,
  makeDataRoot,
} from '../../chapters/05-overlay/data-root.ts'
import { digestOf } from '../../chapters/07-registry/digest.ts'
import { parseReference } from '../../chapters/07-registry/reference.ts'
import {
  type Pulled,
  type PullOptions,
  pull,
} from '../../chapters/08-images/pull.ts'

import { type Behaviour, startLyingRegistry } from './lying-registry.ts'
import { madeImage, type Shelf, tar } from './made-image.ts'
import { patience } from './patience.ts'
import { storeFiles } from './store-files.ts'

export interface StoreSandbox extends AsyncDisposable {
  readonly folder: string
  readonly root: DataRoot
  /** Pulls the one image of a registry that is there for just so long. */
  pull(shelf?: Shelf, more?: PullMore): Promise<Pulled>
  /** Pulls from a registry that stays. */
  pullFrom(host: string, more?: PullMore): Promise<Pulled>
  /** Chapter 8's rocker, as a process of its own. */
  rocker(...args: string[]): RunningRocker
  /** What no image explains: a clean store has none. */
  left(): string[]
}

export interface PullMore extends PullOptions {
  readonly name?: string
  readonly behave?: Behaviour | undefined
}

export interface RunningRocker {
  readonly child: ChildProcess
  /** Its exit code or what killed it, and all that it said. */
  readonly ended: Promise<{ end: number | string; said: string }>
}

/** No configuration of this machine, and little patience. */
export const quickRegistry = {
  configuration: { registryMirrors: [], insecureRegistries: [] },
  env: { DOCKER_CONFIG: '/nowhere' },
  idleMs: 400 * patience,
  backOffMs: 1,
}

const chapters = join(import.meta.dirname, '../../chapters')

/** A sandbox; dispose of it to remove it. */
export function storeSandbox(): StoreSandbox {
  // in memory where it can be: hundreds of pulls need not wait for a disk
  const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const folder = mkdtempSync(join(memory, 'rocker-store-'))
  const root = dataRoot(join(folder, 'root'))
  makeDataRoot(root)
  const sandbox: StoreSandbox = {
    folder,
    root,
    async pull(shelf = madeImage(), more = {}) {
      const registry = await startLyingRegistry(shelf, more.behave)
      try {
        return await sandbox.pullFrom(registry.host, more)
      } finally {
        await registry.stop()
      }
    },
    pullFrom(host, more = {}) {
      const { name = 'image', behave, ...options } = more
      return pull(root, parseReference(`${host}/${name}`), {
        platform: { os: 'linux', architecture: 'amd64' },
        registry: quickRegistry,
        ...options,
      })
    },
    rocker(...args) {
      const program = join(chapters, '08-images/rocker.ts')
      return running(
        spawn(process.execPath, [program, '--root', root.path, ...args]),
      )
    },
    left: () => storeFiles(root.path),
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return sandbox
}

/** A process and all that it says. */
export function running(
  child: ChildProcessWithoutNullStreams,
): RunningRocker {
  let said = ''
  const hear = (text: Buffer) => {
    said += text
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ended = once(child, 'close').then(([code, signal]) => ({
    end: code ?? signal,
    said,
  }))
  return { child, ended }
}

/** Files of one layer each, by name; a change in one changes its layer alone. */
export type LayerFiles = Readonly<Record<string, string | Buffer>>

/** An image of these layers, the lowest first. */
export function imageOfLayers(layers: readonly LayerFiles[]): Shelf {
  const archives = layers.map((files) =>
    tar(
      Object.entries(files).map(([name, text]) => [
        name,
        Buffer.from(text),
      ]),
    ),
  )
  const blobs = archives.map((archive) => gzipSync(archive))
  const shelf = madeImage({
    config: (config) => ({
      ...config,
      rootfs: {
        type: 'layers',
        diff_ids: archives.map((a) => digestOf(a)),
      },
    }),
    manifest: (manifest) => ({
      ...manifest,
      layers: blobs.map((bytes) => ({
        ...manifest.layers[0],
        digest: digestOf(bytes),
        size: bytes.length,
      })),
    }),
  })
  for (const bytes of blobs) shelf.blobs.set(digestOf(bytes), bytes)
  return { ...shelf, layers: blobs.map((bytes) => digestOf(bytes)) }
}
