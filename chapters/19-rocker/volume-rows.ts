// The lines of `volume ls`, and what `volume inspect` shows.

import type { DataRoot } from '../05-overlay/data-root.ts'
import { bytesIn } from '../09-containers/container-size.ts'
import { type Volume, volumeFolder } from '../12-volumes/volume-store.ts'

import { humanSize } from './human.ts'
import type { ListedVolume } from './volume-list.ts'

export const volumeHeads = {
  Availability: 'AVAILABILITY',
  Driver: 'DRIVER',
  Group: 'GROUP',
  Labels: 'LABELS',
  Links: 'LINKS',
  Mountpoint: 'MOUNTPOINT',
  Name: 'VOLUME NAME',
  Scope: 'SCOPE',
  Size: 'SIZE',
  Status: 'STATUS',
  Label: (key: unknown) => String(key),
}

/** The line of one volume; it is counted when somebody asks for the size. */
export function volumeRow(root: DataRoot, { volume, users }: ListedVolume) {
  const { name, labels } = volume
  return {
    Availability: 'N/A',
    Driver: 'local',
    Group: 'N/A',
    Labels: Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(','),
    Links: `${users.length}`,
    Mountpoint: mountpointOf(root, name),
    Name: name,
    Scope: 'local',
    get Size() {
      return humanSize(volumeBytes(root, name), 4)
    },
    Status: 'N/A',
    Label: (key: unknown) =>
      Object.hasOwn(labels, String(key)) ? (labels[String(key)] ?? '') : '',
  }
}

/** By docker's names. */
export function volumeDocument(root: DataRoot, volume: Volume) {
  const orNull = (all: Readonly<Record<string, string>>) =>
    Object.keys(all).length > 0 ? all : null
  return {
    CreatedAt: volume.created.replace(/\.\d+Z$/, 'Z'),
    Driver: 'local',
    Labels: orNull(volume.labels),
    Mountpoint: mountpointOf(root, volume.name),
    Name: volume.name,
    Options: orNull(volume.options),
    Scope: 'local',
  }
}

/** The bytes of its own files. */
export function volumeBytes(root: DataRoot, name: string): number {
  return bytesIn(mountpointOf(root, name))
}

function mountpointOf(root: DataRoot, name: string): string {
  return `${volumeFolder(root, name)}/_data`
}
