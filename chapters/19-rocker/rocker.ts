// rocker: the whole CLI. Finds the command, loads it, runs it, and prints an
// error if there is one. What a command does not need is never loaded.

import { exitCodes } from '../01-syscalls/rocker-error.ts'

import type { Entry } from './command.ts'
import { commands } from './commands.ts'
import { readGlobals } from './globals.ts'
import { printError } from './print-error.ts'

// docker's: 125 before a command begins, then what that command has
let failsWith: number = exitCodes.rockerFailed
let debug = false

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status ?? 0
  },
  (error) => {
    process.exitCode = printError(error, { debug, failsWith })
  },
)

// #region main
async function main(typed: readonly string[]): Promise<number | undefined> {
  const globals = readGlobals(typed)
  const { words, version, help, root } = globals
  debug = globals.debug
  if (version) return (await import('./version.ts')).printVersion()
  const found = findCommand(words)
  if (!found)
    return (await import('./no-command.ts')).noCommand(words, help)
  const { entry, name, rest } = found
  const { command } = await entry.load()
  const { parseOptions } = await import('./options.ts')
  const parsed = help || parseOptions(rest, command, name)
  if (parsed === true || parsed.flags.has('help')) {
    console.log((await import('./help.ts')).commandHelp(entry, command))
    return 0
  }
  failsWith = entry.failsWith ?? 1
  return command.run(parsed, { root, name })
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
