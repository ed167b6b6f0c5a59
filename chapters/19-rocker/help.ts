// Help, made from the tables.

import type { Command, Entry, Option } from './command.ts'
import { globalOptions } from './globals.ts'

const lineWidth = 80

/** `rocker --help` */
export function overview(commands: readonly Entry[]): string {
  const shown = commands.filter(({ hidden }) => !hidden)
  return [
    'Usage:  rocker [OPTIONS] COMMAND',
    '',
    'Docker from scratch in TypeScript',
    '',
    'Commands:',
    ...columns(shown.map(({ name, summary }) => [name, summary])),
    '',
    'Global options:',
    ...columns(globalOptions.map(optionRow)),
    '',
    "Run 'rocker COMMAND --help' for more information on a command.",
  ].join('\n')
}

/** `rocker run --help` */
export function commandHelp(entry: Entry, command: Command): string {
  const options = command.options.filter(({ of }) => !of)
  const here = options.filter(({ later }) => !later)
  const { aliases = [] } = entry
  const { examples = [] } = command
  return [
    `Usage:  rocker ${`${entry.name} ${command.usage}`.trim()}`,
    '',
    entry.summary,
    ...section(
      'Aliases:',
      indented(aliases.map((name) => `rocker ${name}`)),
    ),
    ...section('Options:', columns(here.map(optionRow))),
    ...laterOptions(options),
    ...section('Examples:', indented(examples)),
  ].join('\n')
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
