// What a container changed is what its upper folder holds.
//
//   a file that no layer has      A  added
//   a file that one has           C  changed: copied up, then written
//   a device 0:0                  D  deleted: a whiteout hides the lower one
//
// A folder is in there as soon as something below it is: it counts as changed.

import { lstatSync, readdirSync, type Stats } from 'node:fs'

/** One changed path, from the root of the container; names are bytes. */
export interface Change {
  readonly kind: 'A' | 'C' | 'D'
  readonly path: Buffer
}

const slash = Buffer.from('/')

// #region changes
/** What `upper` changes of `lower`, both folders, in the order of names. */
export function changes(upper: string, lower: string): Change[] {
  return changesBelow(slash, Buffer.from(upper), Buffer.from(lower))
}

function changesBelow(at: Buffer, upper: Buffer, lower?: Buffer): Change[] {
  const below = at.equals(slash) ? at : Buffer.concat([at, slash])
  const names = readdirSync(Buffer.concat([upper, at]), {
    encoding: 'buffer',
  })
  return names.sort(Buffer.compare).flatMap((name) => {
    const path = Buffer.concat([below, name])
    const stat = lstatSync(Buffer.concat([upper, path]))
    // #region exercise-deleted-file
    if (stat.isCharacterDevice() && stat.rdev === 0)
      return [{ kind: 'D' as const, path }]
    const kind = exists(path, lower) ? 'C' : 'A'
    const inside = stat.isDirectory()
      ? changesBelow(path, upper, folderIn(path, lower))
      : []
    return [{ kind, path } as const, ...inside]
    // #endregion exercise-deleted-file
  })
}
// #endregion changes

function exists(path: Buffer, lower?: Buffer): boolean {
  return lower !== undefined && statIn(path, lower) !== undefined
}

/** `lower`, where it has a folder there: a link would lead out of it. */
function folderIn(path: Buffer, lower?: Buffer): Buffer | undefined {
  return lower && statIn(path, lower)?.isDirectory() ? lower : undefined
}

function statIn(path: Buffer, lower: Buffer): Stats | undefined {
  return lstatSync(Buffer.concat([lower, path]), { throwIfNoEntry: false })
}
