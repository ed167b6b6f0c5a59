// A container of an image, with nothing that was not asked for: what the full
// `run` does with all of its flags.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { type DataRoot, makeDataRoot } from '../05-overlay/data-root.ts'
import { begin, type Pending } from '../05-overlay/leftovers.ts'
import { layersOf } from '../08-images/image.ts'
import { imageProcess } from '../08-images/image-process.ts'
import { useImage } from '../08-images/image-store.ts'
import { userOf } from '../08-images/user-of.ts'

import { inBackground } from './attach.ts'
import { beginRun } from './begin-run.ts'
import type { Container } from './container.ts'
import { launchBeside } from './launch.ts'
import { type ContainerWishes, makeContainer } from './make-container.ts'
import { containerParts } from './monitor-plan.ts'
import { removeContainer } from './remove-container.ts'

/** What is started, and what it is called. */
export interface ImageRun {
  readonly image: string
  readonly words: readonly string[]
  readonly name?: string
}

// #region run-image
/** Makes a container, and starts it in the background; answers its id. */
export async function runImage(
  root: DataRoot,
  what: ImageRun,
): Promise<string> {
  makeDataRoot(root)
  const pending = begin(root, 'container')
  const container = await make(root, pending, what)
  const run = beginRun(container)
  const attachment = inBackground // until it runs; then nobody waits for it
  const parts = containerParts
  const how = { container, parts, run, attachment, failed: [] }
  if ((await launchBeside(how)) === 0) return container.id
  await removeContainer(container, { force: false })
  throw new RockerError('bad-input', `start ${what.words.join(' ')}`, {
    hint: 'is there such a program in the image?',
  })
}
// #endregion run-image

async function make(
  root: DataRoot,
  pending: Pending,
  what: ImageRun,
): Promise<Container> {
  try {
    const { wishes } = await imageWishes(root, pending, what)
    return await makeContainer(root, pending, {
      ...wishes,
      fleeting: false,
    })
  } finally {
    pending.done() // a container that was made is elsewhere by now
  }
}

/** A container as its image wants it, and the folders that are volumes. */
export async function imageWishes(
  root: DataRoot,
  pending: Pending,
  { image, words, name }: ImageRun,
): Promise<{ wishes: ContainerWishes; volumes: readonly string[] }> {
  const found = await useImage(root, pending, image)
  const layers = layersOf(root, found).reverse() // the topmost first
  const user = userOf(found.config.user, layers)
  const hostname = pending.id.slice(0, 12)
  const asked = { words, env: [], hostname }
  const wishes = {
    ...(name === undefined ? {} : { name }),
    ...plain,
    image,
    imageId: found.id,
    layers,
    process: imageProcess(found.config, asked, user),
    user,
    names: { ...noNames, hostname },
  }
  return { wishes, volumes: found.config.volumes }
}

const noNames = {
  network: 'none',
  addHost: [],
  dns: [],
  dnsSearch: [],
  dnsOption: [],
} as const

const plain = {
  limits: {},
  terminal: false,
  readOnly: false,
  rlimits: [],
  sysctl: {},
  devices: [],
  record: {
    labels: {},
    autoRemove: false,
    openStdin: false,
    stopSignal: 'SIGTERM',
    stopTimeout: 10,
    restart: { name: 'no', maximumRetryCount: 0 },
    log: { driver: 'json-file', maxBytes: 0, maxFiles: 1 },
    init: false,
  },
} as const
