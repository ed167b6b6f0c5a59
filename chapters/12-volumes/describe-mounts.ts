// What `inspect` shows of a container's mounts, by docker's names.

import type { Container } from '../09-containers/container.ts'
import type { PartState } from '../09-containers/part.ts'
import type { MountPoint } from '../09-containers/record.ts'

const usualShmBytes = 64 * 1024 * 1024

/** Docker's HostConfig of what nobody asked for. */
export function describeMounts({ spec }: Container): PartState {
  const shm = spec.mounts
    .find(({ source }) => source === 'shm')
    ?.options.find((option) => option.startsWith('size='))
  return {
    ShmSize: shm ? Number(shm.slice('size='.length)) : usualShmBytes,
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
