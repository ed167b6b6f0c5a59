// Which command is meant: `image ls` before `image`, the longest name that fits.

import type { Entry } from './command.ts'
import { commands } from './commands.ts'

/** A command, the name that it was called by, and what follows that. */
export interface Found {
  readonly entry: Entry
  readonly name: string
  readonly rest: readonly string[]
}

/** Those that launch something: what explain can show. */
export const launchers = ['run', 'start', 'restart', 'exec']

// #region find-command
/** What was meant, or nothing. */
export function findCommand(words: readonly string[]): Found | undefined {
  // #region exercise-find-command
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ')
    const entry = commands.find(
      (candidate) =>
        candidate.name === name || candidate.aliases?.includes(name),
    )
    if (entry && words.length >= length)
      return { entry, name, rest: words.slice(length) }
  }
  return undefined
  // #endregion exercise-find-command
}
// #endregion find-command
