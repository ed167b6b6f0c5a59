// Another name for a container. It is never without one: the new one is claimed
// and written down before the old one is free for others.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { changeRecord } from './change-record.ts'
import type { Container } from './container.ts'
import { noteEvent } from './event.ts'
import { claimName, freeLostNames, freeName } from './names.ts'
import { noteName } from './own-name.ts'

/** Renames it; a name that another has is refused. */
export async function renameContainer(
  container: Container,
  wanted: string,
): Promise<void> {
  const { root, id } = container
  await freeLostNames(root)
  const names: string[] = []
  await changeRecord(container, async (record) => {
    if (record.name === wanted) throw sameName(wanted)
    await claimName(root, id, wanted)
    if (record.autoRemove) noteName(container.folder, wanted)
    names.push(record.name)
    return { ...record, name: wanted }
  })
  for (const name of names) {
    freeName(root, name, id)
    const renamed = { ...container.record, name: wanted }
    noteEvent({ ...container, record: renamed }, 'rename', {
      oldName: `/${name}`,
    })
  }
}

function sameName(name: string): RockerError {
  return new RockerError('bad-input', `rename ${name}: it has that name`, {
    hint: 'rocker rename OLD NEW',
  })
}
