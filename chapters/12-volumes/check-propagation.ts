// Who asks for rslave or rshared wants to see what is mounted on the host later
// on. Where the host's mount passes nothing on, it would be asked for in vain.
//
// man 7 mount_namespaces

import { realpathSync } from 'node:fs'
import { relative } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { type MountEntry, mountTable } from '../04-rootfs/mount-table.ts'

/** Refuses what the mount that a path lies on cannot give. */
export function checkPropagation(
  source: string,
  options: readonly string[],
): void {
  const isShared = options.some((word) => /^r?shared$/.test(word))
  const isSlave = options.some((word) => /^r?slave$/.test(word))
  if (!isShared && !isSlave) return
  const mount = mountOf(realpathSync(source))
  const tags = mount?.propagation.map((tag) => tag.split(':')[0]) ?? []
  if (tags.includes('shared') || (isSlave && tags.includes('master')))
    return
  const wanted = isShared ? 'shared' : 'shared or slave'
  throw new RockerError(
    'refused',
    `mount ${source}: it lies on ${mount?.target ?? '/'}, which is no ${wanted} mount`,
    { hint: `mount --make-shared ${mount?.target ?? '/'} makes it one` },
  )
}

/** The deepest mount above a path; of several in one place the last. */
function mountOf(path: string): MountEntry | undefined {
  return mountTable()
    .filter(({ target }) => !relative(target, path).startsWith('..'))
    .reduce<MountEntry | undefined>(
      (best, one) =>
        best && best.target.length > one.target.length ? best : one,
      undefined,
    )
}
