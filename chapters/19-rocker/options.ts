// Flags as docker's users type them.
//
//   --name web   --name=web   -it   -m64m   -m 64m   --rm=false   --
//
// A table says which flags there are; what it does not know is refused, and a
// flag that a later chapter brings says so.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import type { Command, Option, Parsed } from './command.ts'
import { flagHint } from './flag-hint.ts'

// #region parse-options
/**
 * Reads the words of a command line; `name` is the command's, for errors.
 * Who asks for help gets the flag `help`, and nothing else is looked at.
 */
export function parseOptions(
  words: readonly string[],
  command: Command,
  name: string,
): Parsed {
  const flags = new Set(onFromTheStart(command))
  const values = new Map<string, string[]>()
  let rest: string[] = []
  const queue = words.values() // a flag takes its value from there too
  for (const word of queue) {
    if (asksForHelp(word, command))
      return { flags: new Set(['help']), values, rest }
    if (word === '--') {
      rest = [...rest, ...queue]
      break
    }
    if (word.startsWith('-') && word !== '-') {
      for (const found of readWord(word, queue, { command, name }))
        keep(found, flags, values)
    } else if (command.stopsAtWord) {
      rest = [word, ...queue]
      break
    } else rest.push(word)
  }
  checkCount(rest, command, name)
  return { flags, values, rest }
}
// #endregion parse-options

function onFromTheStart({ options }: Command): string[] {
  return options.filter(({ isOn }) => isOn).map(({ name }) => name)
}

// -h is the hostname of `run`
function asksForHelp(word: string, { options }: Command): boolean {
  return (
    word === '--help' ||
    (word === '-h' && !options.some(({ short }) => short === 'h'))
  )
}

interface Found {
  readonly option: Option
  readonly value: string | boolean
}

interface Asking {
  readonly command: Command
  readonly name: string
}

type Queue = Iterator<string, undefined>

function readWord(word: string, queue: Queue, asking: Asking): Found[] {
  if (!word.startsWith('--')) return readLetters(word, queue, asking)
  const [flag = '', ...more] = word.slice(2).split('=')
  const option = find(asking, (candidate) => candidate.name === flag, word)
  const value = word.includes('=') ? more.join('=') : undefined
  if (option.type === 'boolean')
    return [{ option, value: readBoolean(value, word) }]
  return [{ option, value: value ?? following(queue, word, asking) }]
}

// #region read-letters
// -it → -i -t   -m64m → -m 64m   -e=A=1 → -e A=1
function readLetters(word: string, queue: Queue, asking: Asking): Found[] {
  const found: Found[] = []
  for (let at = 1; at < word.length; at++) {
    const letter = word[at]
    const option = find(asking, ({ short }) => short === letter, word)
    // #region exercise-read-letters
    if (option.type === 'boolean') {
      if (word[at + 1] === '=') {
        const value = readBoolean(word.slice(at + 2), word)
        return [...found, { option, value }]
      }
      found.push({ option, value: true })
      continue
    }
    const glued = word.slice(at + 1).replace(/^=/, '')
    const value =
      at + 1 < word.length ? glued : following(queue, word, asking)
    return [...found, { option, value }]
    // #endregion exercise-read-letters
  }
  return found
}
// #endregion read-letters

function keep(
  { option, value }: Found,
  flags: Set<string>,
  values: Map<string, string[]>,
): void {
  const name = option.of ?? option.name
  if (value === true) flags.add(name)
  else if (value === false) flags.delete(name)
  else {
    const list = values.get(name) ?? []
    list.push(utf8(value, option))
    values.set(name, list)
  }
}

// Node reads what is typed as UTF-8, and has a sign for what is none
function utf8(value: string, { name }: Option): string {
  if (!value.includes('\ufffd')) return value
  throw new RockerError('bad-input', `read --${name}: it is no UTF-8`, {
    hint: 'the words of the command may be any bytes, flags may not',
  })
}

function find(
  { command, name }: Asking,
  wanted: (option: Option) => boolean,
  word: string,
): Option {
  const option = command.options.find(wanted)
  if (!option)
    throw new RockerError('bad-input', unknownFlag(word, command.options), {
      hint: flagHint(word, command.options, name),
    })
  if (option.later)
    throw new RockerError(
      'unsupported',
      `${name} --${option.name} comes with chapter ${option.later}`,
      { hint: `rocker ${name} --help lists the flags that are there` },
    )
  return option
}

// --bogus=1 → unknown flag: --bogus   -iy → unknown shorthand flag: 'y' in -iy
function unknownFlag(word: string, options: readonly Option[]): string {
  if (word.startsWith('--')) return `unknown flag: ${word.split('=')[0]}`
  const letter = [...word.slice(1)].find(
    (one) => !options.some(({ short }) => short === one),
  )
  return `unknown shorthand flag: '${letter}' in ${word}`
}

function following(queue: Queue, word: string, { name }: Asking): string {
  const { value } = queue.next()
  if (value !== undefined) return value
  throw new RockerError('bad-input', `${name}: ${word} needs a value`, {
    hint: `rocker ${name} --help says which`,
  })
}

function readBoolean(value: string | undefined, word: string): boolean {
  if (value === undefined) return true
  if (['1', 't', 'true', 'TRUE', 'True', 'T'].includes(value)) return true
  if (['0', 'f', 'false', 'FALSE', 'False', 'F'].includes(value))
    return false
  const [flag] = word.split('=')
  throw new RockerError('bad-input', `read ${word}: it is true or false`, {
    hint: `${flag} alone is true, ${flag}=false is false`,
  })
}

function checkCount(
  rest: readonly string[],
  { words, usage }: Command,
  name: string,
): void {
  const most = words.most ?? Number.POSITIVE_INFINITY
  if (rest.length >= words.least && rest.length <= most) return
  const wanted =
    words.least === words.most
      ? `exactly ${words.least}`
      : rest.length < words.least
        ? `at least ${words.least}`
        : `at most ${most}`
  const plural = wanted.endsWith(' 1') ? 'argument' : 'arguments'
  throw new RockerError(
    'bad-input',
    `${name} takes ${wanted} ${plural}, not ${rest.length}`,
    { hint: `usage: rocker ${name} ${usage}`, exitCode: 1 },
  )
}
