// Which numbers of the host a container's users are.
//
//   ids/8 ─▶ 3f2a…     524288 to 589823: root inside is 524288 outside
//   ids/9 ─▶ 81c0…     589824 to 655359
//
// Two containers that shared numbers could read each other's files. A link says
// whose a range is; it is free when its container is gone, however that went.
// The numbers are those that systemd leaves to containers.
//
// systemd.io/UIDS-GIDS

import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'

import { perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { flags } from '../01-syscalls/syscall.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { fleetingFolder, keptFolder } from '../09-containers/container.ts'

/** The users 0 to `size` - 1 of a container, as the host numbers them. */
export interface IdRange {
  readonly first: number
  readonly size: number
}

const size = 65_536
const slots = { first: 8, last: 28_670 }

/** The first range, for who only looks at what a container would be. */
export const firstIds: IdRange = { first: slots.first * size, size }

// #region claim-ids
/** A range that no other container of this data root has. */
export function claimIds(root: DataRoot, id: string): IdRange {
  const folder = join(root.path, 'ids')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const held = openSync(join(folder, 'lock'), 'a', 0o600)
  try {
    perform({ name: 'flock', args: [held, flags('LOCK_EX')] })
    const taken = rangesInUse(root, folder)
    let slot = slots.first
    while (taken.has(slot)) slot++
    if (slot > slots.last) throw noneLeft()
    symlinkSync(id, join(folder, `${slot}`))
    return { first: slot * size, size }
  } finally {
    closeSync(held)
  }
}
// #endregion claim-ids

/** What containers have; links of those that are gone go now. */
function rangesInUse(root: DataRoot, folder: string): Set<number> {
  const names = readdirSync(folder).filter((name) => name !== 'lock')
  const free = names.filter((name) => {
    const id = readlinkSync(join(folder, name))
    const homes = [keptFolder(root, id), fleetingFolder(root, id)]
    return !homes.some((home) => existsSync(home))
  })
  for (const name of free) rmSync(join(folder, name), { force: true })
  return new Set(names.filter((name) => !free.includes(name)).map(Number))
}

function noneLeft(): RockerError {
  return new RockerError('busy', 'give the container users of its own', {
    hint: 'all ranges are taken: rocker rm removes containers',
  })
}
