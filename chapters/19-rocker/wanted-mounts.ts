// What a container is to have mounted: of its flags, of another container, and
// of its image.

import { existsSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { findContainer } from '../09-containers/find-container.ts'
import type { MountPoint } from '../09-containers/record.ts'
import { checkPropagation } from '../12-volumes/check-propagation.ts'
import {
  readMounts,
  readShmSize,
  readVolumesFrom,
  sharedMounts,
  type VolumesFrom,
} from '../12-volumes/mounts-option.ts'
import { type PlannedMount, planMounts } from '../12-volumes/plan-mounts.ts'
import type { WantedMount } from '../12-volumes/wanted-mount.ts'

import { allValues, lastValue, type Parsed } from './command.ts'

/** Reads the flags; nothing is looked up. */
export function typedMounts(parsed: Parsed): WantedMount[] {
  allValues(parsed, 'volumes-from').forEach(readVolumesFrom)
  readShmSize(lastValue(parsed, 'shm-size'))
  return readMounts({
    volume: allValues(parsed, 'volume'),
    mount: allValues(parsed, 'mount'),
    tmpfs: allValues(parsed, 'tmpfs'),
  })
}

/** Puts all together; `volumes` are those of the image. */
export function mountsFor(
  root: DataRoot,
  parsed: Parsed,
  {
    id,
    volumes,
  }: { readonly id: string; readonly volumes: readonly string[] },
): PlannedMount[] {
  const typed = typedMounts(parsed)
  const others = allValues(parsed, 'volumes-from')
    .map(readVolumesFrom)
    .flatMap((from) => sharedMounts(mountsOf(root, from), from))
  return planMounts(root, id, { typed, others, image: volumes })
}

function mountsOf(
  root: DataRoot,
  { container }: VolumesFrom,
): readonly MountPoint[] {
  try {
    return findContainer(root, container).record.mounts ?? []
  } catch (cause) {
    throw new RockerError(
      'not-found',
      `mount what the container ${container} has`,
      { cause, hint: 'rocker ps -a lists containers' },
    )
  }
}

/** What has to be there on the host, and how. */
export function checkSources(typed: readonly WantedMount[]): void {
  for (const { type, source, makesSource, options } of typed) {
    if (type !== 'bind') continue
    if (!makesSource && !existsSync(source))
      throw new RockerError(
        'not-found',
        `mount ${source}: bind source path does not exist`,
        { hint: 'make it first; -v makes it where it is missing' },
      )
    checkPropagation(source, options)
  }
}
