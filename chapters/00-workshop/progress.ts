// What a reader has done: workshop/progress.json, to be read and to be edited.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Progress {
  /** The chapter that was begun last. */
  readonly chapter: string
  /** The ids of the exercises whose tests have passed. */
  readonly done: readonly string[]
  /** How many hints of an exercise were read. */
  readonly hints: Readonly<Record<string, number>>
}

// #region progress
/** Undefined where nothing was begun; throws where it cannot be read. */
export function readProgress(workshop: string): Progress | undefined {
  const path = pathIn(workshop)
  if (!existsSync(path)) return undefined
  const { chapter, done, hints } = JSON.parse(readFileSync(path, 'utf8'))
  return { chapter: `${chapter}`, done: [...done], hints: { ...hints } }
}

export function writeProgress(workshop: string, progress: Progress): void {
  const text = JSON.stringify(progress, undefined, 2)
  writeFileSync(pathIn(workshop), `${text}\n`)
}
// #endregion progress

function pathIn(workshop: string): string {
  return join(workshop, 'progress.json')
}
