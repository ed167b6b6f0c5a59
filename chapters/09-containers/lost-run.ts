// A run whose monitor died without a word: by kill -9, or with the machine.
//
// Nobody saw how the container ended. So it is recorded as killed, with the
// reason; the sweep has ended what was left of it before.

import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { DataRoot } from '../05-overlay/data-root.ts'
import { wholeTree } from '../05-overlay/leftovers.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'

import { keptFolder, runFolderOf } from './container.ts'
import { freeNames } from './names.ts'
import { readRecord } from './record.ts'
import {
  isOfThisBoot,
  lostStatus,
  readExit,
  readNote,
  writeNote,
} from './state.ts'

// #region lost-run
/** Writes down that the run of a container was lost; with --rm it goes. */
export async function lostRun(root: DataRoot, id: string): Promise<void> {
  const folder = keptFolder(root, id)
  if (!existsSync(join(folder, 'container.json'))) return
  const record = readRecord(folder)
  if (record.autoRemove) {
    await freeNames(root, id)
    rmSync(folder, wholeTree)
    return
  }
  if (readExit(folder)) return // it had ended before
  const run = readText(join(runFolderOf(root, folder), 'process'))
  if (run === '') return // it had not begun
  const note = readNote(folder)
  const [began = ''] = run.split('\n')
  const now = `${Math.floor(Date.now() / 1000)} 0`
  const error = isOfThisBoot(note)
    ? 'its monitor was killed'
    : 'the machine was restarted'
  if (note) writeNote(folder, { ...note, error })
  const exit = join(folder, 'exit')
  writeFileSync(`${exit}.new`, `${lostStatus(note)} ${now} ${began}\n`)
  renameSync(`${exit}.new`, exit)
}
// #endregion lost-run
