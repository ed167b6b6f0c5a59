// Not every filesystem can hold an overlay's upper folder: it needs xattrs,
// device nodes, and renames that swap. The kernel says EINVAL to all of them;
// this says which one it is.

import { statfsSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'

// linux/magic.h
const cannotHoldUpper: Readonly<Record<number, string>> = {
  2035054128: 'overlay',
  26985: 'nfs',
  19780: 'vfat',
  538032816: 'exfat',
  1397118030: 'ntfs',
  16914839: '9p',
  4283649346: 'cifs',
  61791: 'ecryptfs',
  1936814952: 'squashfs',
}

// #region check-upper
/** Throws where an overlay could not be written to in `folder`. */
export function checkUpper(folder: string): void {
  const type = cannotHoldUpper[statfsSync(folder).type]
  if (!type) return
  throw new RockerError(
    'unsupported',
    `write layers to ${folder}: an overlay cannot, on ${type}`,
    { hint: 'choose a folder on ext4, xfs, btrfs or tmpfs: --root DIR' },
  )
}
// #endregion check-upper
