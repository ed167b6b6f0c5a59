// What was typed is no command: help, or a better idea.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { commands, laterCommands } from './commands.ts'
import { groupHelp, groups, overview } from './help.ts'
import { leftOutCommands, leftOutGlobals, whyLeftOut } from './left-out.ts'
import { output } from './output.ts'

const listed = 'rocker --help lists the commands'

/** Prints the overview where nothing was asked for, else says what is near. */
export function noCommand(words: readonly string[], help: boolean): number {
  const [first, second] = words
  if (first === undefined) {
    output.print([overview(commands)])
    return 0
  }
  if (first.startsWith('-')) throw unknownFlag(first)
  const isGroup = Object.hasOwn(groups, first)
  if (isGroup && (help || !second || /^(-h|--help)$/.test(second))) {
    output.print([groupHelp(first, commands)])
    return 0
  }
  throw unknown(isGroup ? [first, second ?? ''] : [first])
}

// "--host=tcp://a" → --host   "-Hfd://" → -H
function unknownFlag(word: string): RockerError {
  const [long = ''] = word.split('=')
  const flag = word.startsWith('--') ? long : word.slice(0, 2)
  const hint =
    whyLeftOut(leftOutGlobals, flag) ??
    'rocker --help lists the flags before a command'
  return new RockerError('bad-input', `unknown flag: ${flag}`, { hint })
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
    : new RockerError('bad-input', `'${typed}' is not a rocker command`, {
        hint: whyLeftOut(leftOutCommands, typed) ?? nearest(typed),
        exitCode: 1,
      })
}

function nearest(typed: string): string {
  const near = (names: readonly string[]) =>
    names.filter((name) => distance(name, typed) <= 2)
  const known = near(
    commands
      .filter(({ hidden }) => !hidden)
      .flatMap(({ name, aliases = [] }) => [name, ...aliases]),
  )
  if (known.length > 0) return `did you mean ${known.join(' or ')}?`
  const [later] = near(Object.keys(laterCommands))
  return later
    ? `did you mean ${later}? It comes with chapter ${laterCommands[later]}`
    : listed
}

// #region distance
/** How many letters differ: "imges" → "images" is 1. */
export function distance(a: string, b: string): number {
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
