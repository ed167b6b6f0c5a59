// What was typed is no command: help, or a better idea.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { commands, laterCommands } from './commands.ts'
import { overview } from './help.ts'

/** Prints the overview where nothing was asked for, else says what is near. */
export function noCommand(words: readonly string[], help: boolean): number {
  const [first, second] = words
  if (first === undefined || first === 'help') {
    console.log(overview(commands))
    return 0
  }
  const group = commands.filter(({ name, aliases = [] }) =>
    [name, ...aliases].some((known) => known.startsWith(`${first} `)),
  )
  if (
    group.length &&
    (help || second === undefined || second === '--help')
  ) {
    console.log(overview(group))
    return 0
  }
  const chapter = laterCommands[first]
  if (chapter)
    throw new RockerError(
      'unsupported',
      `rocker ${first} comes with chapter ${chapter}`,
    )
  const typed = group.length ? `${first} ${second}` : first
  throw new RockerError('bad-input', `rocker ${typed}: no such command`, {
    hint: nearest(typed),
  })
}

function nearest(typed: string): string {
  const names = commands
    .filter(({ hidden }) => !hidden)
    .flatMap(({ name, aliases = [] }) => [name, ...aliases])
  const near = names.filter((name) => distance(name, typed) <= 2)
  if (near.length) return `did you mean ${near.join(' or ')}?`
  return 'rocker --help lists the commands'
}

/** How many letters differ: "imges" → "images" is 1. */
function distance(a: string, b: string): number {
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
}
