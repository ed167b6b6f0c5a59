// Removing what nobody needs: containers that do not run, images that no
// container has.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { familiarName, type Reference } from '../07-registry/reference.ts'
import { listImages, type NamedImage } from '../08-images/image-store.ts'
import { layerSize, listLayers } from '../08-images/layer-store.ts'
import { removeImage } from '../08-images/remove-image.ts'
import { listContainers } from '../09-containers/container-list.ts'
import { containerSize } from '../09-containers/container-size.ts'
import { freeLostNames } from '../09-containers/names.ts'

import { humanSize } from './human.ts'
import { noteRemoved } from './image-events.ts'
import { forgetLostMounts } from './image-mounts.ts'
import type { PruneFilters } from './prune-filters.ts'
import { removeAll } from './remove-all.ts'

/** What went, as docker tells it. */
export interface Pruned {
  readonly title: string
  readonly lines: readonly string[]
  readonly bytes: number
}

/** Removes the containers that have ended, or never began. */
export async function pruneContainers(
  root: DataRoot,
  { matches }: PruneFilters,
): Promise<Pruned> {
  await freeLostNames(root)
  const lines: string[] = []
  let bytes = 0
  for (const { id, container, state } of listContainers(root).readable) {
    const { created, labels } = container.record
    const prunable = { createdMs: Date.parse(created), labels }
    const isStill = ['created', 'exited'].includes(state.status)
    if (!isStill || !matches(prunable)) continue
    const { ownBytes } = containerSize(container)
    const isGone = await unlessInUse(async () => {
      await removeAll(container, { force: false, volumes: false })
      return true
    })
    if (!isGone) continue
    lines.push(id)
    bytes += ownBytes
  }
  return { title: 'Deleted Containers', lines, bytes }
}

/** Removes the images without a name; with `all` also the named ones. */
export async function pruneImages(
  root: DataRoot,
  { matches }: PruneFilters,
  { all }: { readonly all: boolean },
): Promise<Pruned> {
  await forgetLostMounts(root)
  const before = layerBytes(root)
  const lines: string[] = []
  for (const named of listImages(root)) {
    if (!isPrunable(named, all) || !matches(prunableOf(named))) continue
    for (const name of wordsFor(named)) {
      const removed = await unlessInUse(() => removeImage(root, name))
      if (removed) noteRemoved(root, named.id, removed)
      lines.push(
        ...(removed?.untagged ?? []).map((line) => `untagged: ${line}`),
        ...(removed?.deleted ?? []).map((line) => `deleted: ${line}`),
      )
    }
  }
  const bytes = before - layerBytes(root)
  return { title: 'Deleted Images', lines, bytes }
}

/** The lines that tell what went. */
export function prunedLines(all: readonly Pruned[]): string[] {
  const bytes = all.reduce((sum, one) => sum + one.bytes, 0)
  return [
    ...all
      .filter(({ lines }) => lines.length > 0)
      .flatMap(({ title, lines }) => [`${title}:`, ...lines, '']),
    `Total reclaimed space: ${humanSize(bytes, 4)}`,
  ]
}

/** What somebody uses by now stays; so does what somebody else has removed. */
export async function unlessInUse<T>(
  remove: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await remove()
  } catch (error) {
    const isFine =
      error instanceof RockerError &&
      (error.code === 'busy' || error.code === 'not-found')
    if (!isFine) throw error
    return undefined
  }
}

function isPrunable({ names }: NamedImage, all: boolean): boolean {
  return all || !names.some(({ tag }) => tag !== undefined)
}

function prunableOf({ image }: NamedImage) {
  const { created, labels = {} } = image?.config ?? {}
  return { createdMs: Date.parse(created ?? '') || 0, labels }
}

// the last tag of a repository takes its digests along: so tags go first
function wordsFor({ id, names }: NamedImage): string[] {
  const isDigest = ({ tag }: Reference) => Number(tag === undefined)
  return names.length === 0
    ? [id]
    : names
        .toSorted((a, b) => isDigest(a) - isDigest(b))
        .map((name) => familiarName(name))
}

function layerBytes(root: DataRoot): number {
  return listLayers(root).reduce((sum, id) => sum + layerSize(root, id), 0)
}
