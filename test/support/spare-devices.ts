// Devices of this machine that root may open, and no container usually: which
// there are differs from one to the next. Opening does nothing to any of them.

import { closeSync, openSync, statSync } from 'node:fs'

/** A device of the kernel, of the kind that has major 10. */
export interface SpareDevice {
  readonly path: string
  readonly minor: number
}

const candidates = [
  ...['/dev/fuse', '/dev/net/tun', '/dev/loop-control', '/dev/autofs'],
  ...['/dev/btrfs-control', '/dev/cuse'],
]

/** Two of them: whoever has less can keep a container from nothing. */
export function spareDevices(): readonly [SpareDevice, SpareDevice] {
  const [one, other] = candidates
    .filter(opens)
    .map((path) => ({ path, minor: statSync(path).rdev & 0xff }))
  if (one && other) return [one, other]
  throw new Error(`there are no two of ${candidates} that can be opened`)
}

function opens(path: string): boolean {
  try {
    closeSync(openSync(path, 'r+'))
    return true
  } catch {
    return false
  }
}
