// A new volume begins with what the image has in its place.
//
//   FROM postgres; VOLUME /var/lib/postgresql/data
//
// Otherwise it would hide those files, and with them whom they belong to. They
// are read through a view of the layers that is mounted nowhere (`peek`), and
// are written as an image's layer is: owner, mode, times, links and devices.
// From folder to folder goes a descriptor, so no link leads out of the image.
//
// man 2 openat2

import { closeSync } from 'node:fs'

import { perform } from '../01-syscalls/perform.ts'
import { flags, lengthOf, struct } from '../01-syscalls/syscall.ts'
import type { EntrySink } from '../08-images/layer-reader.ts'
import { LayerWriter } from '../08-images/unpack.ts'

import { TreeReader } from './tree-reader.ts'

const noLimits = {
  bytes: Number.POSITIVE_INFINITY,
  entries: Number.POSITIVE_INFINITY,
}
const whole = { leavesMemory: false }

// #region copy-up
/**
 * Copies what the image has at `target` into an empty folder, if that is a
 * folder in the image. `image` is a descriptor of its root.
 */
export function copyUp(image: number, target: string, into: string): void {
  const folder = openInImage(image, target)
  if (folder === undefined) return
  const writer = new LayerWriter(into, noLimits)
  try {
    new TreeReader(withoutWhiteouts(writer), whole).read(folder, '')
    writer.finish()
  } finally {
    writer[Symbol.dispose]()
    closeSync(folder)
  }
}
// #endregion copy-up

/** A folder of the image; undefined where it has none there. */
export function openInImage(
  image: number,
  target: string,
): number | undefined {
  const how = struct({
    flags: [8, flags('O_RDONLY', 'O_DIRECTORY', 'O_CLOEXEC')],
    mode: [8, 0],
    resolve: [8, flags('RESOLVE_IN_ROOT', 'RESOLVE_NO_MAGICLINKS')],
  })
  const { value } = perform({
    name: 'openat2',
    args: [image, target, how, lengthOf(2)],
    ignore: ['ENOENT', 'ENOTDIR', 'ELOOP'],
    from: {
      chapter: '12-volumes',
      doing: `look at ${target} in the image`,
    },
  })
  return value < 0 ? undefined : value
}

/** overlayfs' own sign for "nothing here", where there is one layer alone. */
function withoutWhiteouts(writer: LayerWriter): EntrySink {
  let isSkipped = false
  return {
    entry(entry) {
      const { type, major, minor } = entry
      isSkipped = type === 'character' && major === 0 && minor === 0
      if (!isSkipped) writer.entry(entry)
    },
    data: (chunk, position) => writer.data(chunk, position),
    complete: () => writer.complete(),
  }
}
