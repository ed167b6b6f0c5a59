// A container that nobody made: its files alone, as they would be written.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { DataRoot } from '../../chapters/05-overlay/data-root.ts'
import { keptFolder } from '../../chapters/09-containers/container.ts'
import {
  type ContainerRecord,
  writeJson,
  writeRecord,
} from '../../chapters/09-containers/record.ts'

/** What is usual; a test says what is different. */
export const usualRecord: ContainerRecord = {
  version: 1,
  id: 'a'.repeat(64),
  name: 'web',
  image: 'busybox',
  imageId: `sha256:${'1'.repeat(64)}`,
  layers: [],
  created: '2026-11-22T05:00:00.000Z',
  labels: {},
  command: ['sleep', '1000'],
  network: 'none',
  autoRemove: false,
  openStdin: false,
  stopSignal: 'SIGTERM',
  stopTimeout: 10,
  restart: { name: 'no', maximumRetryCount: 0 },
  log: { driver: 'json-file', maxBytes: 0, maxFiles: 1 },
  init: false,
}

/** Writes it; answers its folder. */
export function writeContainer(
  root: DataRoot,
  different: Partial<ContainerRecord> = {},
): string {
  const record = { ...usualRecord, ...different }
  const folder = keptFolder(root, record.id)
  mkdirSync(folder)
  writeRecord(folder, record)
  writeJson(join(folder, 'config.json'), {})
  return folder
}

/** How its last run ended: "3 1795325473 0 1795325472 0". */
export function writeExit(
  folder: string,
  { status, startedAt, finishedAt }: Record<string, number>,
): void {
  writeFileSync(
    join(folder, 'exit'),
    `${status} ${finishedAt} 0 ${startedAt} 0\n`,
  )
}
