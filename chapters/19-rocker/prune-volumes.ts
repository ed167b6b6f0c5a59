// Volumes that nobody has: those without a name, or all of them.

import type { DataRoot } from '../05-overlay/data-root.ts'
import { removeVolume } from '../12-volumes/remove-volume.ts'

import { type Pruned, unlessInUse } from './prune.ts'
import {
  isTrue,
  type PruneFilters,
  readPruneFilters,
} from './prune-filters.ts'
import { listVolumes } from './volume-list.ts'
import { volumeBytes } from './volume-rows.ts'

/** Which of them may go. */
export interface VolumePrune extends Pick<PruneFilters, 'matches'> {
  /** Also those with a name. */
  readonly all: boolean
}

// "all=true" is docker's other spelling of --all
export function readVolumePrune(
  conditions: readonly string[],
  all: boolean,
): VolumePrune {
  const isAll = (condition: string) => /^all=/.test(condition)
  const last = conditions.filter(isAll).at(-1)?.slice('all='.length)
  const others = conditions.filter((one) => !isAll(one))
  return {
    matches: readPruneFilters(others, { dangling: false }).matches,
    all: all || (last !== undefined && isTrue(last) === true),
  }
}

/** Removes what nobody has. */
export async function pruneVolumes(
  root: DataRoot,
  { matches, all }: VolumePrune,
): Promise<Pruned> {
  const lines: string[] = []
  let bytes = 0
  for (const { volume, users } of listVolumes(root).readable) {
    const { name, created, labels, nameless } = volume
    const prunable = { createdMs: Date.parse(created), labels }
    if (users.length > 0 || !(all || nameless) || !matches(prunable))
      continue
    const size = volumeBytes(root, name)
    const isGone = await unlessInUse(async () => {
      await removeVolume(root, name)
      return true
    })
    if (!isGone) continue
    lines.push(name)
    bytes += size
  }
  return { title: 'Deleted Volumes', lines, bytes }
}
