// The volumes of a container that is being made: they are held, made where they
// are missing, and filled with what the image has in their place.
//
// First it is written down who uses them, so that nobody removes them from here
// on. A new one is made where nobody looks, and moves to its name when it is
// complete: a crash leaves none that is half filled.

import {
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join, resolve } from 'node:path'

import { perform } from '../01-syscalls/perform.ts'
import { flags } from '../01-syscalls/syscall.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import type { Pending } from '../05-overlay/leftovers.ts'
import { type Peek, peek } from '../05-overlay/peek.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'
import { readMetadata, setMetadata } from '../08-images/file-metadata.ts'
import { takeLock } from '../08-images/locks.ts'
import { cString } from '../08-images/raw-path.ts'

import { copyUp, openInImage } from './copy-up.ts'
import { newVolume } from './new-volume.ts'
import type { PlannedMount } from './plan-mounts.ts'
import { noteVolume } from './volume-events.ts'
import {
  commitVolume,
  dataFolder,
  findVolume,
  forgetLostLinks,
  isLent,
  keepVolume,
  linkVolume,
  makeVolume,
  readVolumeNamed,
  volumeFolder,
  volumesFolder,
} from './volume-store.ts'

/** The container that is being made. */
export interface Making {
  readonly root: DataRoot
  readonly pending: Pending
  /** Where it will lie. */
  readonly folder: string
  /** The image's, the topmost first. */
  readonly layers: readonly string[]
}

// #region claim-volumes
/** Makes and fills the volumes; answers the mounts, now complete. */
export async function claimVolumes(
  making: Making,
  planned: readonly PlannedMount[],
): Promise<PlannedMount[]> {
  await hold(making, namesOf(planned))
  let image: Peek | undefined
  const look = () => {
    image ??= peek(making.layers)
    return image.fd
  }
  try {
    for (const mount of planned) claim(making, mount, look)
    return planned.map((mount) => withMode(mount, look))
  } finally {
    image?.close()
    rmSync(join(making.pending.path, 'fresh'), {
      recursive: true,
      force: true,
    })
  }
}

/** Nobody removes them from here on, or takes them along. */
async function hold(
  { root, pending }: Making,
  names: readonly string[],
): Promise<void> {
  const lock = await takeLock(root, 'volumes', { timeoutMs: 30_000 })
  try {
    forgetLostLinks(root)
    const before = readText(join(pending.path, 'uses')).split('\n')
    const uses = names.map((name) => `volume ${name}`)
    pending.hold([...before.filter(Boolean), ...uses])
    for (const name of names)
      if (isLent(root, name)) keepVolume(root, name, ownerOf(root, name))
  } finally {
    lock.release()
  }
}
// #endregion claim-volumes

function namesOf(planned: readonly PlannedMount[]): string[] {
  return planned.flatMap(({ point }) =>
    point?.type === 'volume' ? [point.name] : [],
  )
}

/** Where in its container's folder a nameless volume lies. */
function ownerOf(root: DataRoot, name: string): string {
  const link = volumeFolder(root, name)
  return resolve(volumesFolder(root), readlinkSync(link))
}

function claim(
  making: Making,
  { point, wanted }: PlannedMount,
  look: () => number,
): void {
  const { root, pending } = making
  if (point?.type !== 'volume' || !wanted) return
  const { name } = point
  const fill = (into: string) => {
    if (!wanted.noCopy) copyUp(look(), wanted.target, into)
  }
  const there = findVolume(root, name)
  if (!there && make(making, { point, wanted }, fill)) return
  const volume = there ?? readVolumeNamed(root, name) // another was faster
  if (volume.options.device === undefined)
    fillEmpty(dataFolder(root, volume), pending, fill)
}

/** Makes it, out of sight; false where there is one of this name by now. */
function make(
  { root, pending, folder }: Making,
  { point, wanted }: Required<Pick<PlannedMount, 'point' | 'wanted'>>,
  fill: (into: string) => void,
): boolean {
  const name = point?.name ?? ''
  const isNameless = wanted.source === ''
  const own = join(pending.path, isNameless ? 'volumes' : 'fresh', name)
  const volume = newVolume(name, wanted, { isNameless })
  makeVolume(own, volume)
  if (volume.options.device === undefined) fill(join(own, '_data'))
  const isMade = isNameless || commitVolume(root, own, name)
  if (isNameless) linkVolume(root, join(folder, 'volumes', name), name)
  if (isMade) noteVolume(root, name, 'create')
  return isMade
}

/**
 * One that is there, and empty. A container that has it may be at it just now:
 * so it is filled elsewhere, and only whole names move in.
 */
function fillEmpty(
  data: string,
  pending: Pending,
  fill: (into: string) => void,
): void {
  if (readdirSync(data).length > 0) return
  const staged = join(pending.path, 'fresh', 'staged')
  mkdirSync(staged, { recursive: true, mode: 0o755 })
  fill(staged)
  const at = flags('AT_FDCWD')
  const noReplace = flags('RENAME_NOREPLACE')
  for (const name of readdirSync(staged, 'buffer')) {
    const [from, to] = [staged, data].map((folder) =>
      cString(Buffer.concat([Buffer.from(`${folder}/`), name])),
    )
    if (!from || !to) continue
    const args = [at, from, at, to, noReplace]
    perform({ name: 'renameat2', args, ignore: ['EEXIST'] })
  }
  setMetadata(
    Buffer.from(data),
    'folder',
    readMetadata(Buffer.from(staged)),
  )
  rmSync(staged, { recursive: true })
}

/** Memory over a folder of the image is as open or closed as that was. */
function withMode(mount: PlannedMount, look: () => number): PlannedMount {
  const { spec } = mount
  const hasMode = spec.options.some((option) => option.startsWith('mode='))
  if (spec.type !== 'tmpfs' || hasMode) return mount
  const fd = openInImage(look(), spec.destination)
  if (fd === undefined) return mount
  const { mode } = statSync(`/proc/self/fd/${fd}`)
  const option = `mode=${(mode & 0o7777).toString(8)}`
  return { ...mount, spec: { ...spec, options: [...spec.options, option] } }
}
