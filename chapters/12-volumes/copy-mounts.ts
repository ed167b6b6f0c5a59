// The volumes of a container that does not run: nothing is mounted, so a path
// that leads to one is looked up in the volume's own folder instead.
//
//   /data/db/x   with a volume on /data   →   db/x in the volume
//   /link/db/x   with /link → /data       →   the same
//
// Who reads the folder above finds it as well: `mountsBelow`.

import { closeSync, openSync, readlinkSync } from 'node:fs'
import { dirname } from 'node:path'

import {
  nameOf,
  parentOf,
  type RawPath,
  rawPath,
} from '../08-images/raw-path.ts'
import type { Container } from '../09-containers/container.ts'
import { etcFiles } from '../09-containers/hosts.ts'

import type { WantedPath } from './copy-path.ts'
import { openIn, type Tree, using } from './copy-tree.ts'

/** A mount that would be there if the container ran. */
export interface CopyMount extends Tree {
  readonly root: number
  readonly destination: RawPath
}

const pathOnly = 0o10000000 // O_PATH

/** Opens what the container has mounted from the host; the caller closes. */
export function openMounts(container: Container): CopyMount[] {
  const { folder, record, spec } = container
  const etc = dirname(spec.root.path) === folder ? etcFiles : []
  const wanted = [
    ...etc.map((name) => ({
      source: `${folder}/${name}`,
      destination: `/etc/${name}`,
      options: [],
    })),
    ...spec.mounts.filter(({ type }) => type === 'bind'),
  ]
  return wanted.flatMap(({ source, destination, options }) => {
    const root = openSource(source)
    const isReadOnly = options.some((option) => option === 'ro')
    const name = `${record.name}:${destination}`
    const bytes = rawPath(Buffer.from(destination))
    return root === undefined
      ? []
      : [{ root, name, isReadOnly, destination: bytes }]
  })
}

/** A folder of the host that is not made yet is empty. */
function openSource(path: string): number | undefined {
  try {
    return openSync(path, pathOnly)
  } catch {
    return undefined
  }
}

/** Where a path is really looked up. */
export interface Behind {
  readonly tree: Tree
  readonly wanted: WantedPath
  /** Where it is in the container, without links. */
  readonly real: RawPath
}

/** Through the mounts of a tree, if it has any; `follow`: also a last link. */
export function behindMounts(
  tree: Tree,
  wanted: WantedPath,
  follow: boolean,
): Behind {
  const { path, ending } = wanted
  if (!tree.mounts?.length) return { tree, wanted, real: path }
  const follows = follow || ending !== ''
  const real = follows
    ? realPath(tree, path)
    : `${realPath(tree, parentOf(path)).replace(/\/$/, '')}/${nameOf(path)}`
  const mount = tree.mounts
    .filter(({ destination }) => isIn(real, destination))
    .sort((a, b) => b.destination.length - a.destination.length)[0]
  if (!mount) return { tree, wanted, real }
  const rest = real.slice(mount.destination.length) || '/'
  return { tree: mount, wanted: { ...wanted, path: rest }, real }
}

/** What is mounted below a path, by where it is from there. */
export function mountsBelow(
  { mounts = [] }: Tree,
  real: RawPath,
): ReadonlyMap<RawPath, number> {
  const top = real === '/' ? '' : real
  return new Map(
    mounts.flatMap(({ destination, root }) =>
      root !== undefined && destination.startsWith(`${top}/`)
        ? [[destination.slice(top.length + 1), root] as const]
        : [],
    ),
  )
}

/** Without links as far as there is something; the rest as it was typed. */
function realPath(tree: Tree, path: RawPath): RawPath {
  for (let begin = path; begin !== ''; begin = parentOf(begin)) {
    const fd = openIn(tree, begin)
    if (fd === undefined) continue
    const found = using(fd, linkOf)
    const root = tree.root === undefined ? '/' : linkOf(tree.root)
    const inside = root === '/' ? found : found.slice(root.length)
    return `${inside.replace(/\/$/, '')}${path.slice(begin.length)}` || '/'
  }
  return path === '' ? '/' : path
}

function linkOf(fd: number): RawPath {
  return rawPath(readlinkSync(`/proc/self/fd/${fd}`, 'buffer'))
}

function isIn(path: RawPath, folder: RawPath): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

/** Gives back their descriptors. */
export function closeMounts(mounts: readonly CopyMount[]): void {
  for (const { root } of mounts) closeSync(root)
}
