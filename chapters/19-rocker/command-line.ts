// From what was typed to an exit code: finds the command, loads it, runs it,
// and prints an error if there is one. What a command does not need is never
// loaded.

import { exitCodes } from '../01-syscalls/rocker-error.ts'

import { findCommand } from './find-command.ts'
import { type Globals, readGlobals } from './globals.ts'
import { output } from './output.ts'
import { printError } from './print-error.ts'

// #region command-line
/** Does what was typed; answers the exit code. */
export async function commandLine(
  typed: readonly string[],
): Promise<number> {
  // docker's: 125 before a command begins, then what that command has
  const wishes = {
    debug: false,
    failsWith: exitCodes.rockerFailed as number,
    hasBegun: false,
  }
  try {
    const globals = readGlobals(typed)
    wishes.debug = globals.debug
    return (await obey(globals, wishes)) ?? 0
  } catch (error) {
    const debug = wishes.debug || (await isDebugged())
    const exitCode = printError(error, { ...wishes, debug })
    return wishes.hasBegun ? Math.max(exitCode, wishes.failsWith) : exitCode
  }
}

async function obey(
  { words, version, help, root }: Globals,
  wishes: { failsWith: number; hasBegun: boolean },
): Promise<number | undefined> {
  const found = findCommand(words)
  if (version) return (await import('./version.ts')).printVersion()
  if (!found)
    return (await import('./no-command.ts')).noCommand(words, help)
  const { entry, name, rest } = found
  const { command } = await entry.load()
  const { parseOptions } = await import('./options.ts')
  const parsed = help || parseOptions(rest, command, name)
  if (parsed === true || parsed.flags.has('help')) {
    output.print([
      (await import('./help.ts')).commandHelp(entry, command, name),
    ])
    return 0
  }
  wishes.failsWith = entry.failsWith ?? 1
  // 1 of a container would be its own: whatever fails before it is 125
  wishes.hasBegun = wishes.failsWith === exitCodes.rockerFailed
  const { readSettings } = await import('../07-registry/daemon-json.ts')
  return command.run(parsed, {
    name,
    get root() {
      return root ?? readSettings().dataRoot
    },
  })
}
// #endregion command-line

/** `debug` of daemon.json; when that cannot be read, it is the error. */
async function isDebugged(): Promise<boolean> {
  try {
    const { readSettings } = await import('../07-registry/daemon-json.ts')
    return readSettings().debug
  } catch {
    return false
  }
}
