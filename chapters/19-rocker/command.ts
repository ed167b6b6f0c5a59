// A command of the CLI, as data: help, completion and the reference page are
// made from it.

/** One flag. */
export interface Option {
  readonly name: string // without the dashes
  readonly short?: string // one letter
  /** list: may be given more than once. */
  readonly type: 'boolean' | 'string' | 'list'
  readonly value?: string // what it takes, for the help: NAME=VALUE
  readonly help: string
  /** A boolean that is true where nothing is said. */
  readonly isOn?: boolean
  /** Another spelling of the flag with this name. */
  readonly of?: string
  /** Not built yet: the chapter that brings it. */
  readonly later?: string
}

/** What was typed, read by the options of a command. */
export interface Parsed {
  readonly flags: ReadonlySet<string>
  readonly values: ReadonlyMap<string, readonly string[]>
  readonly rest: readonly string[]
}

/** What every command is given. */
export interface Context {
  /** The data root: of --root, of ROCKER_ROOT, of daemon.json; or the usual. */
  readonly root: string | undefined
  /** How the command was called: `run`, `image ls`. */
  readonly name: string
}

export interface Command {
  /** What follows the name: `[OPTIONS] IMAGE [COMMAND] [ARG...]` */
  readonly usage: string
  readonly options: readonly Option[]
  /** How many words it takes besides the flags. */
  readonly words: { readonly least: number; readonly most?: number }
  /** Flags end at the first word: the rest belongs to somebody else. */
  readonly stopsAtWord?: boolean
  readonly examples?: readonly string[]
  /** Does it; a number is the exit code. */
  run(parsed: Parsed, context: Context): Promise<number | undefined>
}

// #region entry
/** A line of the table: known without loading the command itself. */
export interface Entry {
  readonly name: string
  readonly summary: string
  /** The docker names that mean the same: `image ls` for `images`. */
  readonly aliases?: readonly string[]
  readonly hidden?: boolean
  /** Its own exit code; 1, but where that may be the container's. */
  readonly failsWith?: number
  readonly load: () => Promise<{ readonly command: Command }>
}
// #endregion entry

/** The last value of a flag, as docker has it. */
export function lastValue(
  parsed: Parsed,
  name: string,
): string | undefined {
  return parsed.values.get(name)?.at(-1)
}

/** All values of a flag that may be given more than once. */
export function allValues(parsed: Parsed, name: string): readonly string[] {
  return parsed.values.get(name) ?? []
}
