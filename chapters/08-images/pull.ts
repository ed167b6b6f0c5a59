// An image comes from a registry.
//
//   name ─▶ manifest ─▶ configuration ─▶ layers ─▶ index.json
//                       (diff ids)                 last
//
// What is needed is said first (hold), so that nobody removes it meanwhile;
// only then goes what dead pulls left, for this one may want to use it. If
// this one dies too, no name leads to what it brought, and the next command
// removes that.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { type DataRoot, makeDataRoot } from '../05-overlay/data-root.ts'
import {
  begin,
  type Pending,
  type Removers,
  sweep,
} from '../05-overlay/leftovers.ts'
import type { Digest } from '../07-registry/digest.ts'
import type { Descriptor } from '../07-registry/manifest.ts'
import {
  choosePlatform,
  formatPlatform,
  hostPlatform,
  type Platform,
} from '../07-registry/platform.ts'
import { familiarName, type Reference } from '../07-registry/reference.ts'
import {
  type RegistryOptions,
  Repository,
  type Resolved,
} from '../07-registry/registry.ts'

import { hasBlob, makeLayout, putBlob, readBlob } from './blob-store.ts'
import { type Image, imageOf } from './image.ts'
import { nameImage } from './image-store.ts'
import { withStoreLock } from './locks.ts'
import { pullError } from './pull-error.ts'
import { type LayerProgress, pullLayers } from './pull-layers.ts'
import { collectGarbage, imageRemovers } from './remove-image.ts'

/** What a pull may be told. */
export interface PullOptions {
  /** Default: this machine's, and then an image for another one is a remark. */
  readonly platform?: Platform
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: LayerProgress) => void
  /** Told what takes long, and what could not be cleaned up: one line each. */
  readonly report?: (line: string) => void
  /** Mirrors, proxies, patience: what is left out has chapter 7's default. */
  readonly registry?: Omit<RegistryOptions, 'signal' | 'report'>
  /** What to sweep, when this pull has said what it needs; default: images'. */
  readonly removers?: Removers
}

/** An image that is here now. */
export interface Pulled {
  readonly image: Image
  /** What the registry calls it: of the index, if the name stands for one. */
  readonly digest: Digest
  /** Whether the name meant something else here before, or nothing. */
  readonly isNew: boolean
}

interface Job extends PullOptions {
  readonly root: DataRoot
  readonly repository: Repository
  readonly pending: Pending
  readonly stop: AbortController
}

// #region pull
/** Brings an image and gives it its name. */
export async function pull(
  root: DataRoot,
  reference: Reference,
  options: PullOptions = {},
): Promise<Pulled> {
  makeDataRoot(root)
  const stop = new AbortController()
  const abort = () => stop.abort(options.signal?.reason)
  options.signal?.addEventListener('abort', abort, { once: true })
  const { signal } = stop
  const { report } = options
  const repository = new Repository(reference, {
    ...options.registry,
    signal,
    ...(report ? { report } : {}),
  })
  try {
    const wanted = options.platform ?? hostPlatform()
    const resolved = await repository.resolve(wanted)
    const pending = begin(root, 'pull')
    const job = { ...options, root, repository, pending, stop }
    return await bring(job, resolved)
  } catch (error) {
    throw pullError(reference, error)
  } finally {
    options.signal?.removeEventListener('abort', abort)
    repository.close()
  }
}

async function bring(job: Job, resolved: Resolved): Promise<Pulled> {
  const { root, pending } = job
  try {
    const image = imageOf(
      describe(resolved),
      resolved.manifest,
      await fetchConfig(job, resolved.manifest.config),
    )
    checkPlatform(job, image)
    await holdAll(job, image)
    await sweepOthers(job)
    await pullLayers(root, {
      ...job,
      image,
      scratch: pending.path,
      fetch: (layer, use) => job.repository.blob(layer, use),
    })
    await putBlob(root, pending.path, image.configBytes)
    await putBlob(root, pending.path, resolved.bytes)
    const digest = resolved.index?.digest ?? resolved.digest
    const names = namesFor(job.repository.reference, digest)
    const isNew = await nameImage(root, image, names)
    pending.done()
    return { image, digest, isNew }
  } catch (error) {
    await discard(job)
    throw error
  }
}
// #endregion pull

async function holdAll(
  { root, pending }: Job,
  image: Image,
): Promise<void> {
  const { manifest, descriptor, chainIds } = image
  await withStoreLock(root, () => {
    makeLayout(root, pending.path)
    pending.hold([
      ...[descriptor, manifest.config, ...manifest.layers].map(
        ({ digest }) => `blob ${digest}`,
      ),
      ...chainIds.map((id) => `layer ${id}`),
    ])
  })
}

async function fetchConfig(
  { root, repository }: Job,
  config: Descriptor,
): Promise<Buffer> {
  try {
    if (hasBlob(root, config)) return readBlob(root, config)
  } catch (error) {
    if (!(error instanceof RockerError)) throw error // damaged: a new one comes
  }
  return repository.smallBlob(config)
}

function checkPlatform(job: Job, { config }: Image): void {
  const wanted = job.platform ?? hostPlatform()
  if (choosePlatform([config], wanted)) return
  const is = formatPlatform(config.platform)
  if (!job.platform) {
    job.report?.(
      `the image is for ${is}, this machine is ${formatPlatform(wanted)}`,
    )
    return
  }
  throw new RockerError(
    'not-found',
    `pull ${familiarName(job.repository.reference)} for ${formatPlatform(wanted)}: it is for ${is}`,
    { hint: `--platform ${is} is what there is` },
  )
}

async function sweepOthers({ root, removers, report }: Job): Promise<void> {
  const failed = await sweep(root, removers ?? imageRemovers(root))
  for (const { message } of failed) report?.(message)
}

// First the space, then what was committed already; the rest is for the next.
async function discard({ root, pending }: Job): Promise<void> {
  try {
    pending.clear()
    await collectGarbage(root)
    pending.done()
  } catch {
    // the lock goes with this process, and then the folder is swept
  }
}

function describe({ digest, mediaType, bytes }: Resolved): Descriptor {
  return { digest, mediaType, size: bytes.length }
}

// a tag is a name of its own, and what it stood for another
function namesFor(reference: Reference, digest: Digest): Reference[] {
  const plain = { ...reference, plain: false }
  const named = { ...plain, digest: undefined }
  const exact = { ...plain, tag: undefined, digest }
  return reference.digest ? [exact] : [named, exact]
}
