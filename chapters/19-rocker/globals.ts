// The flags that stand before the command, and belong to all of them.

import { RockerError } from '../01-syscalls/rocker-error.ts'

export interface Globals {
  readonly words: readonly string[] // the command and what follows
  readonly debug: boolean
  readonly help: boolean
  readonly version: boolean
  readonly root: string | undefined
}

const known = ['--debug', '-D', '--help', '-h', '--version', '-v']

/** `--root DIR --debug run …`; what is unknown is left to be a command. */
export function readGlobals(words: readonly string[]): Globals {
  const rest = [...words]
  const flags = new Set<string>()
  let root: string | undefined
  for (let word = rest[0]; word?.startsWith('-'); word = rest[0]) {
    if (word === '--root') root = folder(rest.splice(0, 2)[1])
    else if (word.startsWith('--root='))
      root = folder(rest.shift()?.slice('--root='.length))
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

function folder(path: string | undefined): string {
  if (path) return path
  throw new RockerError('bad-input', '--root needs a folder', {
    hint: 'as in --root /var/lib/rocker',
  })
}
