// Help, made from the tables.

import type { Command, Entry, Option } from './command.ts'
import { globalOptions } from './globals.ts'

const lineWidth = 80

/** Commands that act on one kind of thing: `image ls`, `network create`. */
export const groups: Readonly<Record<string, string>> = {
  container: 'Manage containers',
  image: 'Manage images',
  network: 'Manage networks',
  system: 'Manage what rocker keeps on this machine',
  volume: 'Manage volumes',
}

const common = words('run exec ps pull images version info')
const beyondDocker = words('doctor explain completion install')

/** `rocker --help`: in docker's order, and what docker does not have. */
export function overview(commands: readonly Entry[]): string {
  const shown = commands.filter(
    ({ name, hidden }) => !hidden && !name.includes(' '),
  )
  const rowsOf = (names: readonly string[]) =>
    names.flatMap((name) =>
      shown
        .filter((entry) => entry.name === name)
        .map(({ summary }): [string, string] => [name, summary]),
    )
  const others = shown
    .map(({ name }) => name)
    .filter((name) => ![...common, ...beyondDocker].includes(name))
    .sort()
  return [
    'Usage:  rocker [OPTIONS] COMMAND',
    '',
    'Docker from scratch in TypeScript',
    ...tables([
      ['Common Commands:', rowsOf(common)],
      ['Management Commands:', Object.entries(groups)],
      ['Commands:', rowsOf(others)],
      ['Beyond docker:', rowsOf(beyondDocker)],
    ]),
    ...section('Global Options:', columns(globalOptions.map(optionRow))),
    '',
    "Run 'rocker COMMAND --help' for more information on a command.",
  ].join('\n')
}

/** `rocker image --help` */
export function groupHelp(
  group: string,
  commands: readonly Entry[],
): string {
  const rows = commands.flatMap(({ name, aliases = [], summary }) => {
    const [own] = [name, ...aliases].filter((one) =>
      one.startsWith(`${group} `),
    )
    return own ? [[own.slice(group.length + 1), summary] as const] : []
  })
  return [
    `Usage:  rocker ${group} COMMAND`,
    '',
    groups[group],
    ...section('Commands:', columns(rows.toSorted(byName))),
    '',
    `Run 'rocker ${group} COMMAND --help' for more information on a command.`,
  ].join('\n')
}

function byName([a]: readonly string[], [b]: readonly string[]): number {
  return String(a) < String(b) ? -1 : 1
}

function words(text: string): readonly string[] {
  return text.split(' ')
}

type Row = readonly [string, string]

/** Tables whose second columns stand below each other. */
function tables(all: readonly (readonly [string, readonly Row[]])[]) {
  const names = all.flatMap(([, rows]) => rows.map(([name]) => name))
  const width = Math.max(...names.map(({ length }) => length))
  return all.flatMap(([title, rows]) =>
    section(
      title,
      columns(rows.map(([name, text]) => [name.padEnd(width), text])),
    ),
  )
}

/** `rocker run --help`; `called` is what was typed: `container run`. */
export function commandHelp(
  entry: Entry,
  command: Command,
  called = entry.name,
): string {
  const options = command.options.filter(({ of }) => !of)
  const here = options.filter(({ later }) => !later)
  const { examples = [] } = command
  return [
    `Usage:  rocker ${`${called} ${command.usage}`.trim()}`,
    '',
    entry.summary,
    ...section('Aliases:', aliasLines(entry)),
    ...section('Options:', columns(here.map(optionRow))),
    ...laterOptions(options),
    ...section('Examples:', indented(examples)),
  ].join('\n')
}

// "rocker image ls, rocker images"; none of them is broken
function aliasLines({ name, aliases = [] }: Entry): string[] {
  if (aliases.length === 0) return []
  const all = [...aliases, name].map((one) =>
    `rocker ${one}`.replaceAll(' ', '\xa0'),
  )
  return indented(
    wrapped(all.join(', '), lineWidth - 2).map((line) =>
      line.replaceAll('\xa0', ' '),
    ),
  )
}

function optionRow(option: Option): [string, string] {
  const { name, short, type, value, help } = option
  const takes = type === 'boolean' ? '' : ` ${value ?? type}`
  const letter = short ? `-${short}, ` : '    '
  return [`${letter}--${name}${takes}`, help]
}

/** Docker's flags that are not there yet: one would look for them here. */
function laterOptions(options: readonly Option[]): string[] {
  const chapters = Map.groupBy(options, ({ later }) => later)
  chapters.delete(undefined)
  const rows = [...chapters].map(([chapter, some]): [string, string] => [
    `chapter ${chapter}`,
    some.map(({ name }) => `--${name}`).join(' '),
  ])
  return section('Options that come later:', columns(rows))
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? ['', title, ...lines] : []
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}

/** Two columns; what is too long for the second goes on below it. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length), 0) + 5
  return rows.flatMap(([left, right]) => {
    const [first = '', ...more] = wrapped(right, lineWidth - width)
    return [
      `  ${left}`.padEnd(width) + first,
      ...more.map((line) => ' '.repeat(width) + line),
    ]
  })
}

function wrapped(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    const longer = line ? `${line} ${word}` : word
    if (line && longer.length > width) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines
}
