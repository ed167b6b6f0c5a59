// Changing what is known of a container: one at a time, and on what the one
// before has written.

import { takeLock } from '../08-images/locks.ts'

import type { Container } from './container.ts'
import { type ContainerRecord, readRecord, writeRecord } from './record.ts'

const timeoutMs = 30_000

/** Writes what `change` makes of the record that is there now. */
export async function changeRecord(
  { root, id, folder }: Container,
  change: (
    now: ContainerRecord,
  ) => ContainerRecord | Promise<ContainerRecord>,
): Promise<void> {
  const lock = await takeLock(root, `record-${id}`, { timeoutMs })
  try {
    writeRecord(folder, await change(readRecord(folder)))
  } finally {
    lock.release()
  }
}
