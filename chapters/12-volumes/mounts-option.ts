// All flags of `run` that mount something, read at once.

import { parseSize } from '../06-cgroups/size.ts'
import type { MountPoint } from '../09-containers/record.ts'
import type { SpecMount } from '../09-containers/spec.ts'

import { readMount } from './mount-option.ts'
import { readTmpfs, shmMount } from './tmpfs.ts'
import { readMode, readVolume } from './volume-option.ts'
import { type WantedMount, wrong } from './wanted-mount.ts'

/** What was typed, by flag. */
export interface MountFlags {
  readonly volume: readonly string[]
  readonly mount: readonly string[]
  readonly tmpfs: readonly string[]
}

/** Reads them; of several --tmpfs for one place the last one counts. */
export function readMounts({
  volume,
  mount,
  tmpfs,
}: MountFlags): WantedMount[] {
  const memory = tmpfs.map(readTmpfs)
  const last = new Map(memory.map((one) => [one.target, one]))
  return [
    ...volume.map(readVolume),
    ...mount.map(readMount),
    ...last.values(),
  ]
}

/** The size of /dev/shm, where one was asked for; 0 is the usual one. */
export function readShmSize(text: string | undefined): SpecMount[] {
  const bytes = parseSize('--shm-size', text) ?? 0
  return bytes > 0 ? [shmMount(bytes)] : []
}

/** A container, and whether its volumes are to be read-only here. */
export interface VolumesFrom {
  readonly container: string
  readonly mode: string
}

// "web" "web:ro"
export function readVolumesFrom(text: string): VolumesFrom {
  const typed = { flag: '--volumes-from', text }
  const [container = '', mode = '', ...more] = text.split(':')
  if (container === '' || more.length > 0)
    throw wrong(
      typed,
      'it names no container',
      '--volumes-from CONTAINER, or CONTAINER:ro',
    )
  const words = readMode(mode, typed)
  if (words.every((word) => /^(rw|ro|z|Z)$/.test(word)))
    return { container, mode }
  throw wrong(
    typed,
    `the mode ${JSON.stringify(mode)} is not for it`,
    'ro or rw: all else is as the other container has it',
  )
}

/** What another container has, for this one. */
export function sharedMounts(
  mounts: readonly MountPoint[],
  { mode }: VolumesFrom,
): MountPoint[] {
  const isReadOnly = mode.split(',').includes('ro')
  return mounts.map((point) => ({
    ...point,
    ...(mode === '' ? {} : { mode }),
    writable: point.writable && !isReadOnly,
  }))
}
