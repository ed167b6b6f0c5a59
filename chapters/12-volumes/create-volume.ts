// A volume that is made for itself, and not for a container.

import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import type { Pending } from '../05-overlay/leftovers.ts'

import { newVolume } from './new-volume.ts'
import { noteVolume } from './volume-events.ts'
import {
  commitVolume,
  findVolume,
  makeVolume,
  readVolumeNamed,
  type Volume,
} from './volume-store.ts'
import { readVolumeName, type WantedMount } from './wanted-mount.ts'

/** What it is to be; without a name it gets one of 64 digits. */
export type WantedVolume = Pick<
  WantedMount,
  'labels' | 'driver' | 'driverOptions'
> & { readonly name?: string | undefined }

/** Makes it, or finds it made as it is wanted; answers its name. */
export async function createVolume(
  root: DataRoot,
  pending: Pending,
  wanted: WantedVolume,
): Promise<string> {
  const typed = { flag: 'volume create', text: wanted.name ?? '' }
  const name =
    wanted.name === undefined
      ? pending.id
      : readVolumeName(wanted.name, typed)
  const isNameless = wanted.name === undefined
  const volume = newVolume(name, wanted, { isNameless })
  if (findVolume(root, name) === undefined) {
    const folder = join(pending.path, 'volume')
    makeVolume(folder, volume)
    if (commitVolume(root, folder, name)) {
      noteVolume(root, name, 'create')
      return name
    }
  }
  checkSame(readVolumeNamed(root, name), volume)
  return name
}

/** docker's rule: what is there is as good, if it is the same. */
function checkSame(there: Volume, wanted: Volume): void {
  const keys = Object.keys(wanted.options)
  if (keys.every((key) => there.options[key] === wanted.options[key]))
    return
  throw new RockerError(
    'busy',
    `make volume ${wanted.name}: there is one with other options`,
    {
      hint: `rocker volume inspect ${wanted.name} shows them`,
      exitCode: 1,
    },
  )
}
