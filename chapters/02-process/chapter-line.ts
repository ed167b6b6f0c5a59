// The command line of one chapter: few flags, and then a program whose own
// flags are not ours.
//
//   rocker.ts explain run --hostname box sh -c 'echo $0'
//             ─────── ─── ────────────── ───────────────
//             maybe   the chapter's      the program's, behind -- or not

import { type ParseArgsConfig, parseArgs } from 'node:util'

import { RockerError } from '../01-syscalls/rocker-error.ts'

type Options = NonNullable<ParseArgsConfig['options']>

/** What the line looks like. */
export interface LineShape<O extends Options> {
  readonly usage: string
  /** `run`, if nothing is said. */
  readonly command?: string
  readonly options: O
  /** How many words stand before the program: 0, or 1 for a folder. */
  readonly before: number
}

/** Reads `[explain] COMMAND …`; anything else ends with the usage, and 125. */
export function readChapterLine<O extends Options>(shape: LineShape<O>) {
  printErrors()
  const { usage, options, before, command: wanted = 'run' } = shape
  const typed = process.argv.slice(2)
  const explaining = typed[0] === 'explain'
  const [command, ...rest] = explaining ? typed.slice(1) : typed
  const args = endFlags(rest, before, options)
  const { values, positionals } = parseArgs({
    args,
    options,
    allowPositionals: true,
  })
  if (command !== wanted || positionals.length <= before)
    throw new RockerError('bad-input', `usage: rocker.ts ${usage}`)
  const words = positionals.slice(0, before)
  return { explaining, values, words, argv: positionals.slice(before) }
}

/** Puts `--` before the program, where nobody has typed it. */
function endFlags(
  args: readonly string[],
  before: number,
  options: Options,
): string[] {
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const ended = tokens.find(({ kind }) => kind === 'option-terminator')
  const words = tokens.filter(({ kind }) => kind === 'positional')
  const at = words[before]?.index ?? args.length
  if (ended && ended.index < at) return [...args]
  return [...args.slice(0, at), '--', ...args.slice(at)]
}

function printErrors(): void {
  process.on('uncaughtException', (error) => {
    printError(error)
    process.exitCode = 125
  })
}

/** An error is a sentence, and a hint if it has one; no stack. */
export function printError(
  error: Error & { hint?: string | undefined },
): void {
  console.error(`rocker: ${error.message}`)
  if (error.hint) console.error(`  hint: ${error.hint}`)
}
