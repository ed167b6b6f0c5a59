// The flags that stand before the command, and belong to all of them.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import type { Option } from './command.ts'

export interface Globals {
  readonly words: readonly string[] // the command and what follows
  readonly debug: boolean
  readonly help: boolean
  readonly version: boolean
  readonly root: string | undefined
}

/** As the help of a command has its own. */
export const globalOptions: readonly Option[] = [
  {
    name: 'root',
    type: 'string',
    value: 'DIR',
    help: 'Keep images and containers there (ROCKER_ROOT)',
  },
  {
    name: 'debug',
    short: 'D',
    type: 'boolean',
    help: 'Print a stack with an error',
  },
  {
    name: 'log-level',
    short: 'l',
    type: 'string',
    value: 'LEVEL',
    help: 'debug is --debug; info, warn, error and fatal change nothing',
  },
  { name: 'help', type: 'boolean', help: 'Print help, also for a command' },
  {
    name: 'version',
    short: 'v',
    type: 'boolean',
    help: 'Print the version',
  },
]

/** docker's; all but debug say what is said anyway: errors and warnings. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal']

const known = ['--debug', '-D', '--help', '-h', '--version', '-v']

/** `--root DIR --debug run …`; what is unknown is left to be a command. */
export function readGlobals(words: readonly string[]): Globals {
  const rest = [...words]
  const flags = new Set<string>()
  let root: string | undefined
  for (let word = rest[0]; word?.startsWith('-'); word = rest[0]) {
    const path = takeValue(rest, ['--root'])
    const level = path ?? takeValue(rest, ['--log-level', '-l'])
    if (path) root = folder(path.value)
    else if (level) flags.add(`--${logLevel(level.value)}`)
    else if (known.includes(word)) flags.add(rest.shift() ?? '')
    else break
  }
  // `rocker help run` is `rocker run --help`
  if (rest[0] === 'help') flags.add(`--${rest.shift()}`)
  return {
    words: rest,
    root,
    debug: flags.has('--debug') || flags.has('-D'),
    help: flags.has('--help') || flags.has('-h'),
    version: flags.has('--version') || flags.has('-v'),
  }
}

/** Of `--name VALUE`, `--name=VALUE`, `-nVALUE`: they are taken off. */
function takeValue(
  rest: string[],
  names: readonly string[],
): { readonly value: string | undefined } | undefined {
  const [word = ''] = rest
  const name = names.find(
    (one) =>
      word === one ||
      word.startsWith(one.startsWith('--') ? `${one}=` : one),
  )
  if (name === undefined) return undefined
  rest.shift()
  const behind = word.slice(name.length).replace(/^=/, '')
  return { value: word === name ? rest.shift() : behind }
}

function folder(path: string | undefined): string {
  if (path) return path
  throw new RockerError('bad-input', '--root needs a folder', {
    hint: 'as in --root /var/lib/rocker',
  })
}

/** In any case, as docker has them; nothing is what it is without the flag. */
function logLevel(level: string | undefined): string {
  const hint = `it is one of ${logLevels.join(', ')}`
  if (level === undefined)
    throw new RockerError('bad-input', '--log-level needs a level', {
      hint,
    })
  const lower = level.toLowerCase() || 'info'
  if (logLevels.includes(lower)) return lower
  throw new RockerError(
    'bad-input',
    `unable to parse logging level: ${level}`,
    { hint },
  )
}
