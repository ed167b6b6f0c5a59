// The flags that stand before the command, and belong to all of them.

export interface Globals {
  readonly words: readonly string[] // the command and what follows
  readonly debug: boolean
  readonly help: boolean
  readonly version: boolean
  readonly root: string | undefined
}

/** `--root DIR --debug run …`; what is unknown is left to be a command. */
export function readGlobals(words: readonly string[]): Globals {
  const rest = [...words]
  const flags = new Set<string>()
  let root: string | undefined
  for (let word = rest[0]; word?.startsWith('-'); word = rest[0]) {
    if (word === '--root') root = rest.splice(0, 2)[1]
    else if (word.startsWith('--root=')) root = rest.shift()?.slice(7)
    else if (
      ['--debug', '-D', '--help', '-h', '--version', '-v'].includes(word)
    )
      flags.add(rest.shift() ?? '')
    else break
  }
  return {
    words: rest,
    root,
    debug: flags.has('--debug') || flags.has('-D'),
    help: flags.has('--help') || flags.has('-h'),
    version: flags.has('--version') || flags.has('-v'),
  }
}
