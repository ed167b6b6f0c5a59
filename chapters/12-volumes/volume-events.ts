// What is told of volumes, by docker's names: create and destroy, and mount and
// unmount by the monitor of who has one.
//
// docs.docker.com/reference/cli/docker/system/events

import { type Syscall, step } from '../01-syscalls/syscall.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import type { Container } from '../09-containers/container.ts'
import {
  clock,
  noteOther,
  otherEventCalls,
} from '../09-containers/event.ts'
import type { MountPoint } from '../09-containers/record.ts'

const driver = 'local'

/** Notes that a volume is there, or is no more. */
export function noteVolume(
  root: DataRoot,
  name: string,
  action: 'create' | 'destroy',
): void {
  const attributes = { driver }
  noteOther(root, { type: 'volume', action, id: name, attributes })
}

/** The calls that note what becomes of a container's volumes. */
export function volumeEventCalls(
  { root, id, record }: Pick<Container, 'root' | 'id' | 'record'>,
  action: 'mount' | 'unmount' | 'destroy',
): Syscall[] {
  const volumes = (record.mounts ?? []).filter(
    ({ type, nameless }) =>
      type === 'volume' && (action !== 'destroy' || nameless),
  )
  if (volumes.length === 0) return []
  const at = `volumes ${action}`
  return [
    ...step('12-volumes', `look when it is: ${action}`, [clock(at)]),
    ...volumes.flatMap((point) => {
      const attributes = { driver, ...toldOf(point, id)[action] }
      const event = { type: 'volume', id: point.name } as const
      return otherEventCalls(root, { ...event, action, attributes }, at)
    }),
  ]
}

function toldOf(point: MountPoint, container: string) {
  const { destination, propagation, writable } = point
  return {
    mount: {
      ...{ container, destination, propagation },
      'read/write': `${writable}`,
    },
    unmount: { container },
    destroy: {},
  }
}
