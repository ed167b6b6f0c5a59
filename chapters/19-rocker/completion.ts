// What could be typed next, for shells: commands, flags, and names of what is
// there. The shells ask `rocker __complete WORD…`, and so all three know the
// same, and as much as the tables do.

import { type DataRoot, dataRoot } from '../05-overlay/data-root.ts'

import type { Command, Option } from './command.ts'
import { commands } from './commands.ts'
import { type Found, findCommand, launchers } from './find-command.ts'
import { globalOptions, logLevels, readGlobals } from './globals.ts'

/** One thing that could stand there, and what it is. */
export interface Candidate {
  readonly word: string
  readonly help: string
}

const alive = ['running', 'paused', 'restarting']

type Source = (root: DataRoot) => Promise<readonly string[]>

const sources = {
  containers: (root) => containerNames(root, () => true),
  running: (root) =>
    containerNames(root, (status) => alive.includes(status)),
  stopped: (root) =>
    containerNames(root, (status) => !alive.includes(status)),
  images: imageNames,
  async volumes(root) {
    const { volumeNames } = await import('../12-volumes/volume-store.ts')
    return volumeNames(root)
  },
  async networks(root) {
    const { allNetworks } = await import('../11-network/network-store.ts')
    const names = allNetworks(root).readable.map(({ name }) => name)
    return [...new Set(['bridge', 'host', 'none', ...names])]
  },
  launchers: async () => launchers,
} as const satisfies Record<string, Source>

type Kind = keyof typeof sources

/** What the words of a command name; the last for all that follow. */
const wordsOf: Readonly<Record<string, readonly Kind[]>> = {
  ...all('attach exec kill pause port stop top unpause', 'running'),
  ...all('cp diff inspect logs rename restart rm stats', 'containers'),
  ...all('update wait', 'containers'),
  start: ['stopped'],
  ...all('run create rmi tag', 'images'),
  ...all('image mount|image unmount|image inspect', 'images'),
  ...all('volume inspect|volume rm', 'volumes'),
  ...all('network inspect|network rm', 'networks'),
  explain: ['launchers'],
  'network connect': ['networks', 'containers'],
  'network disconnect': ['networks', 'containers'],
}

/** What the value of a flag names. */
const valuesOf: Readonly<Record<string, Kind | readonly string[]>> = {
  network: 'networks',
  net: 'networks',
  'volumes-from': 'containers',
  restart: ['no', 'on-failure', 'always', 'unless-stopped'],
  pull: ['missing', 'always', 'never'],
  'log-driver': ['json-file', 'none'],
  ipc: ['private', 'host'],
  uts: ['host'],
  cgroupns: ['private', 'host'],
  userns: ['auto', 'host'],
  format: ['table', 'json'],
  'log-level': logLevels,
}

/** Words of which only one is taken. */
const takesOne = ['run', 'create', 'exec', 'port', 'top', 'attach', 'logs']

// #region complete
/** What could stand in the place of the last word: it may be begun. */
export async function complete(
  words: readonly string[],
  path?: string | undefined,
): Promise<Candidate[]> {
  const typed = words.at(-1) ?? ''
  const global = globalWaiting(words.slice(0, -1))
  const { words: before, root } = readGlobals(
    words.slice(0, global ? -2 : -1),
  )
  const found = innermost(findCommand(before))
  const known = dataRoot(root ?? path)
  const candidates = global
    ? await valuesFor(global, known)
    : found
      ? await ofCommand(found, typed, known)
      : firstWords(before, typed)
  return candidates
    .filter(({ word }) => word.startsWith(typed))
    .sort((a, b) => (a.word < b.word ? -1 : 1))
}
// #endregion complete

/** `explain run …` goes on as `run …` does. */
function innermost(found: Found | undefined): Found | undefined {
  if (found?.entry.name !== 'explain') return found
  const at = found.rest.findIndex((word) => launchers.includes(word))
  return at < 0 ? found : findCommand(found.rest.slice(at))
}

/** A flag before the command that wants the next word as its value. */
function globalWaiting(words: readonly string[]): Option | undefined {
  const waiting = wantsValue(words.at(-1) ?? '', { options: globalOptions })
  const isGlobal = () => readGlobals(words.slice(0, -1)).words.length === 0
  return waiting && isGlobal() ? waiting : undefined
}

function firstWords(before: readonly string[], typed: string): Candidate[] {
  return before.length === 0 && typed.startsWith('-')
    ? flagsOf({ options: globalOptions })
    : namesAfter(before)
}

/** The first word of commands, or the second behind `image`. */
function namesAfter(before: readonly string[]): Candidate[] {
  const begun = before.map((word) => `${word} `).join('')
  const shown = commands.filter(({ hidden }) => !hidden)
  const names = shown.flatMap(({ name, aliases = [], summary }) =>
    [name, ...aliases].map((known) => [known, summary] as const),
  )
  const next = new Map<string, string>()
  for (const [name, summary] of names) {
    if (!name.startsWith(begun)) continue
    const [word = '', more] = name.slice(begun.length).split(' ')
    if (!next.has(word)) next.set(word, more ? `All of ${word}` : summary)
  }
  return [...next].map(([word, help]) => ({ word, help }))
}

async function ofCommand(
  { entry, rest }: Found,
  typed: string,
  root: DataRoot,
): Promise<Candidate[]> {
  const { command } = await entry.load()
  const { waiting, words } = readSoFar(rest, command)
  if (waiting) return valuesFor(waiting, root)
  if (command.stopsAtWord && words > 0) return []
  if (typed.startsWith('-')) return flagsOf(command)
  return namesFor(entry.name, words, root)
}

/** How many words stand there, and whether the last flag wants its value. */
function readSoFar(
  rest: readonly string[],
  command: Command,
): { readonly waiting: Option | undefined; readonly words: number } {
  let waiting: Option | undefined
  let words = 0
  for (const word of rest) {
    if (waiting) waiting = undefined
    else if (word.startsWith('-')) waiting = wantsValue(word, command)
    else words++
  }
  return { waiting, words }
}

function wantsValue(
  word: string,
  { options }: Pick<Command, 'options'>,
): Option | undefined {
  if (!/^-.*[^-]/.test(word) || word.includes('=')) return undefined
  const name = word.replace(/^-+/, '')
  const isLong = word.startsWith('--')
  const option = options.find((one) =>
    isLong ? one.name === name : one.short === name.at(-1),
  )
  return option && option.type !== 'boolean' ? option : undefined
}

function flagsOf({ options }: Pick<Command, 'options'>): Candidate[] {
  return options
    .filter(({ later, of }) => !later && !of)
    .map(({ name, help }) => ({ word: `--${name}`, help }))
}

async function valuesFor(
  { name }: Option,
  root: DataRoot,
): Promise<Candidate[]> {
  const values = Object.hasOwn(valuesOf, name) ? valuesOf[name] : undefined
  if (values === undefined) return []
  if (typeof values === 'string') return named(await sources[values](root))
  return named(values)
}

async function namesFor(
  command: string,
  words: number,
  root: DataRoot,
): Promise<Candidate[]> {
  const kinds = Object.hasOwn(wordsOf, command) ? wordsOf[command] : []
  if (words > 0 && takesOne.includes(command)) return []
  const kind = kinds?.[words] ?? kinds?.at(-1)
  return kind ? named(await sources[kind](root)) : []
}

function named(words: readonly string[]): Candidate[] {
  return words.map((word) => ({ word, help: '' }))
}

async function containerNames(
  root: DataRoot,
  fits: (status: string) => boolean,
): Promise<string[]> {
  const { listContainers } = await import(
    '../09-containers/container-list.ts'
  )
  return listContainers(root)
    .readable.filter(({ state }) => fits(state.status))
    .map(({ id, container }) => container.record.name || id.slice(0, 12))
}

async function imageNames(root: DataRoot): Promise<string[]> {
  const { listImages } = await import('../08-images/image-store.ts')
  const { repositoryOf } = await import('./image-rows.ts')
  return listImages(root)
    .flatMap(({ names }) => names)
    .filter(({ tag }) => tag !== undefined)
    .map((name) => `${repositoryOf(name)}:${name.tag}`)
}

function all(names: string, kind: Kind): Record<string, readonly Kind[]> {
  const list = names.includes('|') ? names.split('|') : names.split(' ')
  return Object.fromEntries(list.map((name) => [name, [kind]]))
}
