// rocker: the whole CLI. Finds the command, loads it, runs it, and prints an
// error if there is one. What a command does not need is never loaded.

import type { Entry } from './command.ts'
import { commands } from './commands.ts'
import { readGlobals } from './globals.ts'
import { printError } from './print-error.ts'

const globals = readGlobals(process.argv.slice(2))

main().then(
  (status) => {
    process.exitCode = status ?? 0
  },
  (error) => {
    process.exitCode = printError(error, globals.debug)
  },
)

// #region main
async function main(): Promise<number | undefined> {
  const { words, version, help, root } = globals
  if (version) return (await import('./version.ts')).printVersion()
  const found = findCommand(words)
  if (!found)
    return (await import('./no-command.ts')).noCommand(words, help)
  const { entry, name, rest } = found
  const { command } = await entry.load()
  if (help || asksForHelp(rest, command.stopsAtWord)) {
    console.log((await import('./help.ts')).commandHelp(entry, command))
    return 0
  }
  const { parseOptions } = await import('./options.ts')
  return command.run(parseOptions(rest, command, name), { root, name })
}
// #endregion main

/** `image ls` before `image`: the longest name that fits. */
function findCommand(
  words: readonly string[],
): { entry: Entry; name: string; rest: readonly string[] } | undefined {
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
}

/** `run --help`, but not `run debian ls --help`. */
function asksForHelp(
  rest: readonly string[],
  stopsAtWord?: boolean,
): boolean {
  const end = rest.findIndex(
    (word) => word === '--' || (stopsAtWord && !word.startsWith('-')),
  )
  return rest.slice(0, end < 0 ? undefined : end).includes('--help')
}
