// A run whose monitor died without a word: by kill -9, or with the machine.
//
// Nobody saw how the container ended. So it is recorded as killed, with the
// reason; the sweep has ended what was left of it before.

import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { DataRoot } from '../05-overlay/data-root.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'

import { keptFolder, runFolderOf } from './container.ts'
import { freeNames } from './names.ts'
import { readRecord, writeJson } from './record.ts'
import { bootId, readNote } from './state.ts'

const killed = 137
const rebooted = 255

// #region lost-run
/** Writes down that the run of a container was lost; with --rm it goes. */
export function lostRun(root: DataRoot, id: string): void {
  const folder = keptFolder(root, id)
  if (!existsSync(join(folder, 'container.json'))) return
  const record = readRecord(folder)
  if (record.autoRemove) {
    freeNames(root, id)
    rmSync(folder, { recursive: true, force: true })
    return
  }
  if (existsSync(join(folder, 'exit'))) return // it had ended before
  const run = readText(join(runFolderOf(root, folder), 'process'))
  if (run === '') return // it had not begun
  const note = readNote(folder)
  const sameBoot = note?.bootId === bootId()
  const [began = ''] = run.split('\n')
  const now = `${Math.floor(Date.now() / 1000)} 0`
  const status = sameBoot ? killed : rebooted
  writeFileSync(join(folder, 'exit'), `${status} ${now} ${began}\n`)
  if (note)
    writeJson(join(folder, 'state.json'), {
      ...note,
      error: sameBoot
        ? 'its monitor was killed'
        : 'the machine was restarted',
    })
}
// #endregion lost-run
