// Where rocker keeps what it has.
//
//   /var/lib/rocker/      ROCKER_ROOT or --root
//     images/             an OCI image layout, readable by other tools
//     layers/<chain id>/  one folder a layer, shared by every image that has it
//     containers/<id>/    what outlives a command
//     pending/<name>/     what is unfinished, with the lock of who is at it
//     locks/              who is downloading what
//
// Layers hold set-uid programs of other people: nobody but root may come near.

import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'

/** The paths of one data root. Naming them makes nothing. */
export interface DataRoot {
  readonly path: string
  readonly images: string
  readonly layers: string
  readonly containers: string
  readonly pending: string
  readonly locks: string
}

const folders = [
  'images',
  'layers',
  'containers',
  'pending',
  'locks',
] as const

const hint = 'it takes root, or a folder of your own: --root DIR'

/** The data root at `path`, which defaults to ROCKER_ROOT or /var/lib/rocker. */
export function dataRoot(path?: string): DataRoot {
  const top = resolve(path || process.env.ROCKER_ROOT || '/var/lib/rocker')
  return {
    path: top,
    images: join(top, 'images'),
    layers: join(top, 'layers'),
    containers: join(top, 'containers'),
    pending: join(top, 'pending'),
    locks: join(top, 'locks'),
  }
}

// #region make-data-root
/** Makes the folders that are missing, closed to everybody else. */
export function makeDataRoot(root: DataRoot): void {
  try {
    makeFolder(root.path, 0o710)
    for (const name of folders) makePrivate(root[name])
  } catch (cause) {
    if (cause instanceof RockerError) throw cause
    throw new RockerError('denied', `make the data root ${root.path}`, {
      cause,
      hint,
    })
  }
}

function makePrivate(path: string): void {
  makeFolder(path, 0o700)
  const { mode, uid } = statSync(path)
  if (uid !== process.geteuid?.())
    throw new RockerError(
      'refused',
      `use ${path}: it belongs to uid ${uid}`,
      { hint },
    )
  if (mode & 0o077) chmodSync(path, 0o700)
}
// #endregion make-data-root

// not mkdir's own `recursive`: below /proc it never comes back
function makeFolder(path: string, mode: number): void {
  if (existsSync(path)) return
  if (!existsSync(dirname(path))) makeFolder(dirname(path), 0o755)
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if (!existsSync(path)) throw error // else another was faster
  }
}
