// What a container has changed of its image: what its upper folder holds, but
// for what rocker itself had to make there to mount something on it.

import { existsSync, lstatSync, type Stats } from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { type Change, changes } from '../05-overlay/changes.ts'
import { peek } from '../05-overlay/peek.ts'

import type { Container } from './container.ts'
import { etcFiles } from './hosts.ts'
import { overlayOf } from './rootfs-part.ts'

const mountPoints = [
  ...etcFiles.map((name) => `/etc/${name}`),
  ...['/dev', '/proc', '/sys'],
]

/** The changed paths, a folder before what is in it. */
export function containerChanges(container: Container): Change[] {
  const { folder, record } = container
  if (!overlayOf(container))
    throw new RockerError('unsupported', `compare ${record.name}`, {
      hint: 'it works in a folder of the host: nobody knows how that was before',
      exitCode: 1,
    })
  const upper = join(folder, 'upper')
  if (!existsSync(upper)) return [] // it was never started
  const image = peek(record.layers)
  try {
    const lower = `/proc/self/fd/${image.fd}`
    return itsOwn(changes(upper, lower), { upper, lower })
  } finally {
    image.close()
  }
}

function itsOwn(
  all: readonly Change[],
  { upper, lower }: { readonly upper: string; readonly lower: string },
): Change[] {
  const own = all.filter(
    ({ kind, path }) => kind === 'D' || !mountPoints.includes(`${path}`),
  )
  const isEtcOurs = !own.some(({ path }) => `${path}`.startsWith('/etc/'))
  const hides = own.length < all.length && isEtcOurs
  return own.filter(
    ({ path }) =>
      !(
        hides &&
        `${path}` === '/etc' &&
        isSame(`${upper}/etc`, `${lower}/etc`)
      ),
  )
}

/** It is in there only because something was made in it. */
function isSame(one: string, other: string): boolean {
  const stats = [one, other].map((path) =>
    lstatSync(path, { throwIfNoEntry: false }),
  )
  const [mine, image] = stats.map((stat) => stat && ownerOf(stat))
  return mine !== undefined && mine === image
}

function ownerOf({ mode, uid, gid }: Stats): string {
  return `${mode} ${uid} ${gid}`
}
