// A container that does not run is kept from starting while files are copied
// into it: its lock is held. Who wants to start it or to remove it waits.

import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Pending } from '../05-overlay/leftovers.ts'
import type { Container } from '../09-containers/container.ts'
import { copyingMark, isHeld } from '../09-containers/state.ts'

const pauseMs = 20

/** Says what the lock is held for. */
export function markCopying(run: Pick<Pending, 'path'>): void {
  writeFileSync(join(run.path, copyingMark), '', { mode: 0o600 })
}

/** Waits until nobody copies into it any more, if somebody does. */
export async function untilCopied(container: Container): Promise<void> {
  const path = join(container.runFolder, copyingMark)
  while (existsSync(path) && isHeld(container)) await sleep(pauseMs)
}
