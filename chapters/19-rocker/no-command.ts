// What was typed is no command: help, or a better idea.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { commands, laterCommands } from './commands.ts'
import { overview } from './help.ts'
import { output } from './output.ts'

const listed = 'rocker --help lists the commands'

/** Prints the overview where nothing was asked for, else says what is near. */
export function noCommand(words: readonly string[], help: boolean): number {
  const [first, second] = words
  if (first === undefined) {
    output.print([overview(commands)])
    return 0
  }
  if (first.startsWith('-'))
    throw new RockerError('bad-input', `unknown flag ${first}`, {
      hint: 'rocker --help lists the flags before a command',
    })
  const group = commands.filter(({ name, aliases = [] }) =>
    [name, ...aliases].some((known) => known.startsWith(`${first} `)),
  )
  if (group.length && (help || !second || /^(-h|--help)$/.test(second))) {
    output.print([overview(group)])
    return 0
  }
  throw unknown(group.length ? [first, second ?? ''] : [first])
}

/** `image prune`: a command of its own, or `prune` of all that have one. */
function unknown(words: readonly string[]): RockerError {
  const typed = words.join(' ')
  const known = [typed, ...words.toReversed()].find((name) =>
    Object.hasOwn(laterCommands, name),
  )
  return known
    ? new RockerError(
        'unsupported',
        `${typed} comes with chapter ${laterCommands[known]}`,
        { exitCode: 1, hint: listed },
      )
    : new RockerError('bad-input', `${typed}: no such command`, {
        hint: nearest(typed),
        exitCode: 1,
      })
}

function nearest(typed: string): string {
  const names = commands
    .filter(({ hidden }) => !hidden)
    .flatMap(({ name, aliases = [] }) => [name, ...aliases])
  const near = names.filter((name) => distance(name, typed) <= 2)
  if (near.length) return `did you mean ${near.join(' or ')}?`
  return listed
}

// #region distance
/** How many letters differ: "imges" → "images" is 1. */
function distance(a: string, b: string): number {
  // #region exercise-letters-apart
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change)
    }
    row = next
  }
  return row[b.length] ?? 0
  // #endregion exercise-letters-apart
}
// #endregion distance
