// docker's commands and flags beside the table that rocker is made from: what
// is here, what is still to come, and what nobody has promised.

import type { Option } from '../../../chapters/19-rocker/command.ts'
import {
  commands,
  laterCommands,
} from '../../../chapters/19-rocker/commands.ts'

import { dockerFlags, dockerGroups, dockerVersion } from './docker-cli.ts'
import { code, type Language, table } from './words.ts'

/** What becomes of a command of docker's. */
export type Fate =
  | { readonly kind: 'here' }
  | { readonly kind: 'later'; readonly chapter: string }
  | { readonly kind: 'missing' }

/** A flag that a command of docker's has, and this one has not. */
export interface Lacking {
  readonly flag: string
  readonly chapter?: string | undefined
}

const words = {
  en: {
    head: [`Docker ${dockerVersion}`, ''],
    here: 'here',
    later: (chapter: string) => `with chapter ${chapter}`,
    missing: 'not planned',
    own: 'only here',
    flags: ['command', 'flags of Docker’s that it lacks'],
    chapter: (number: string) => ` (chapter ${number})`,
    comma: ', ',
    all: (groups: string) => `all of ${groups}`,
  },
  zh: {
    head: [`Docker ${dockerVersion}`, ''],
    here: '已有',
    later: (chapter: string) => `第 ${chapter} 章`,
    missing: '没有计划',
    own: '只有 rocker 有',
    flags: ['命令', '与 Docker 相比缺少的参数'],
    chapter: (number: string) => `（第 ${number} 章）`,
    comma: '、<wbr>',
    all: (groups: string) => `${groups} 的全部`,
  },
} as const

/** Those of which no command is here, nor will be. */
const foreignGroups = Object.keys(dockerGroups).filter((group) =>
  wordsOf(dockerGroups[group]).every(
    (name) => fateOf(`${group} ${name}`).kind === 'missing',
  ),
)

/** Each command of docker's once: `ps`, and not `container ls` too. */
export const dockerCommands: readonly string[] = [
  ...Object.keys(dockerFlags).filter((name) => !name.includes(' ')),
  'create',
  ...Object.keys(dockerGroups).flatMap((group) =>
    wordsOf(dockerGroups[group])
      .map((name) => `${group} ${name}`)
      .filter((name) => !isRepeated(name)),
  ),
]

/** Whether it is here, comes later, or neither. */
export function fateOf(name: string): Fate {
  if (entryOf(name)) return { kind: 'here' }
  const [first = '', second] = name.split(' ')
  const later = second ? isGroup(first) && second : first
  return later && Object.hasOwn(laterCommands, later)
    ? { kind: 'later', chapter: laterCommands[later] ?? '' }
    : { kind: 'missing' }
}

/** Whether any command here begins with that word: `image`. */
function isGroup(word: string): boolean {
  return commands.some(({ name, aliases = [] }) =>
    [name, ...aliases].some((known) => known.startsWith(`${word} `)),
  )
}

/** docker's flags that a command here does not take. */
export async function lackingFlags(name: string): Promise<Lacking[]> {
  const entry = entryOf(name)
  if (!entry) return []
  const { options } = (await entry.load()).command
  return flagsOf(name).flatMap((flag) => {
    const found = options.find((option: Option) => option.name === flag)
    return found && !found.later ? [] : [{ flag, chapter: found?.later }]
  })
}

/** The two tables, as Markdown. */
export async function docker(language: Language): Promise<string> {
  return [
    '<div class="docker-commands">',
    commandTable(language),
    await flagTable(language),
    '</div>',
  ].join('\n\n')
}

function commandTable(language: Language): string {
  const { head, here, later, missing, own, all } = words[language]
  const fates = Map.groupBy(dockerCommands, (name) => {
    const fate = fateOf(name)
    return fate.kind === 'later' ? fate.chapter : fate.kind
  })
  const { here: now = [], missing: never = [] } = Object.fromEntries(fates)
  const numbers = [...fates.keys()].filter((key) => /^\d\d$/.test(key))
  const others = never.filter(
    (name) => !foreignGroups.includes(name.split(' ')[0] ?? ''),
  )
  return table(head, [
    [here, codes(now)],
    ...numbers
      .sort()
      .map((number) => [later(number), codes(fates.get(number) ?? [])]),
    [missing, [all(codes(foreignGroups)), codes(others)].join('; ')],
    [own, codes(ownCommands())],
  ])
}

async function flagTable(language: Language): Promise<string> {
  const { flags: head, chapter, comma } = words[language]
  const lacking = await Promise.all(
    dockerCommands.map(
      async (name) => [name, await lackingFlags(name)] as const,
    ),
  )
  const alike = Map.groupBy(lacking, ([, flags]) => JSON.stringify(flags))
  const rows = [...alike.values()].map((some) => {
    const [, flags = []] = some[0] ?? []
    const soonest = flags.toSorted(
      (a, b) => Number(!a.chapter) - Number(!b.chapter),
    )
    const shown = soonest.map(
      ({ flag, chapter: number }) =>
        code(`--${flag}`) + (number ? chapter(number) : ''),
    )
    return [codes(some.map(([name]) => name)), shown.join(comma)]
  })
  return table(
    head,
    rows.filter(([, flags]) => flags),
  )
}

/** Commands that docker does not know. */
function ownCommands(): string[] {
  const known = new Set([
    ...dockerCommands,
    ...Object.keys(dockerGroups).flatMap((group) =>
      wordsOf(dockerGroups[group]).map((name) => `${group} ${name}`),
    ),
  ])
  return commands
    .filter(({ hidden, name }) => !hidden && !known.has(name))
    .map(({ name }) => name)
}

/** `container rm` and `image pull` stand for `rm` and `pull`. */
function isRepeated(name: string): boolean {
  const [, word = ''] = name.split(' ')
  const entry = entryOf(name)
  if (entry && entry.name !== name) return true
  return (
    /^(container|image) /.test(name) && Object.hasOwn(dockerFlags, word)
  )
}

function flagsOf(name: string): string[] {
  const foreground = ['detach', 'sig-proxy']
  return name === 'create'
    ? flagsOf('run').filter((flag) => !foreground.includes(flag))
    : wordsOf(dockerFlags[name])
}

function entryOf(name: string) {
  return commands.find(
    (entry) => entry.name === name || entry.aliases?.includes(name),
  )
}

function wordsOf(text = ''): string[] {
  return text.split(' ').filter((word) => word !== '')
}

function codes(names: readonly string[]): string {
  return names.map(code).join(', ')
}
