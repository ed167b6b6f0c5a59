// What `inspect` shows of a container's mounts, by docker's names.

import type { Container } from '../09-containers/container.ts'
import type { PartState } from '../09-containers/part.ts'
import type { MountPoint } from '../09-containers/record.ts'

const usualShmBytes = 64 * 1024 * 1024

/** Docker's HostConfig of them. */
export function describeMounts({ record, spec }: Container): PartState {
  const points = record.mounts ?? []
  const binds = points.filter(({ nameless }) => !nameless).map(bindOf)
  const memory = spec.mounts.filter(
    ({ type, destination, source }) =>
      type === 'tmpfs' &&
      source !== 'shm' &&
      points.every((point) => point.destination !== destination),
  )
  const shm = spec.mounts
    .find(({ source }) => source === 'shm')
    ?.options.find((option) => option.startsWith('size='))
  return {
    Binds: binds.length > 0 ? binds : null,
    ShmSize: shm ? Number(shm.slice('size='.length)) : usualShmBytes,
    ...(memory.length > 0
      ? {
          Tmpfs: Object.fromEntries(
            memory.map(({ destination, options }) => [
              destination,
              options.join(','),
            ]),
          ),
        }
      : {}),
    VolumesFrom: null,
  }
}

/** What `inspect` lists as its Mounts. */
export function mountDocument(
  point: MountPoint,
): Readonly<Record<string, unknown>> {
  const { type, name, source, destination, driver } = point
  return {
    Type: type,
    ...(name ? { Name: name } : {}),
    Source: source,
    Destination: destination,
    ...(driver ? { Driver: driver } : {}),
    Mode: point.mode,
    RW: point.writable,
    Propagation: point.propagation,
  }
}

// data:/x:ro
function bindOf(point: MountPoint): string {
  const { name, source, destination, mode, writable } = point
  const shown = mode === 'z' || mode === '' ? (writable ? '' : 'ro') : mode
  const bind = `${name || source}:${destination}`
  return shown ? `${bind}:${shown}` : bind
}
