// The container that somebody means: a whole id, a name, or the start of an id.
//
// In this order, as docker does: an id in full is never another's name.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'

import {
  type Container,
  containerIds,
  noSuch,
  readContainer,
} from './container.ts'
import { nameOwner } from './names.ts'

/** Reads the container that a name or an id stands for. */
export function findContainer(root: DataRoot, text: string): Container {
  return readContainer(root, findId(root, text), text)
}

/** Its id, also where the container itself can no longer be read. */
export function findId(root: DataRoot, text: string): string {
  const ids = containerIds(root)
  const wanted = text.replace(/^\//, '')
  if (ids.includes(wanted)) return wanted
  const owner = nameOwner(root, wanted)
  if (owner && ids.includes(owner)) return owner
  const begin = /^[0-9a-f]{1,64}$/.test(wanted)
    ? ids.filter((id) => id.startsWith(wanted))
    : []
  if (begin.length === 1 && begin[0]) return begin[0]
  if (begin.length === 0) throw noSuch(text)
  throw new RockerError(
    'bad-input',
    `find container ${text}: ${begin.length} ids begin so`,
    { hint: 'a few more digits tell them apart', exitCode: 1 },
  )
}
