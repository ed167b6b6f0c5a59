// Changing what is known of a container: one at a time, and on what the one
// before has written.

import { hasCode } from '../05-overlay/leftovers.ts'
import { takeLock } from '../08-images/locks.ts'

import { type Container, isMade, noSuch } from './container.ts'
import { freeNames } from './names.ts'
import { type ContainerRecord, readRecord, writeRecord } from './record.ts'

const timeoutMs = 30_000

/** Writes what `change` makes of the record that is there now. */
export async function changeRecord(
  { root, id, folder, record }: Container,
  change: (
    now: ContainerRecord,
  ) => ContainerRecord | Promise<ContainerRecord>,
): Promise<void> {
  const lock = await takeLock(root, `record-${id}`, { timeoutMs })
  try {
    writeRecord(folder, await change(readRecord(folder)))
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && isMade(folder)) throw error
    await freeNames(root, id) // it may just have been given one more
    throw noSuch(record.name)
  } finally {
    lock.release()
  }
}
