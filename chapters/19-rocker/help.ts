// Help, made from the tables.

import type { Command, Entry, Option } from './command.ts'

/** `rocker --help` */
export function overview(commands: readonly Entry[]): string {
  const shown = commands.filter(({ hidden }) => !hidden)
  return [
    'Usage:  rocker [--root DIR] [--debug] COMMAND',
    '',
    'Docker from scratch in TypeScript',
    '',
    'Commands:',
    ...columns(shown.map(({ name, summary }) => [name, summary])),
    '',
    'Global options:',
    ...columns([
      ['    --root DIR', 'Keep images and containers there (ROCKER_ROOT)'],
      ['    --debug', 'Print a stack with an error'],
      ['    --help', 'Print help, also for a command'],
      ['-v, --version', 'Print the version'],
    ]),
    '',
    "Run 'rocker COMMAND --help' for more information on a command.",
  ].join('\n')
}

/** `rocker run --help` */
export function commandHelp(entry: Entry, command: Command): string {
  const options = command.options.filter(({ of }) => !of)
  return [
    `Usage:  rocker ${entry.name} ${command.usage}`,
    '',
    entry.summary,
    ...(entry.aliases
      ? [
          '',
          'Aliases:',
          `  ${entry.aliases.map((name) => `rocker ${name}`).join(', ')}`,
        ]
      : []),
    ...(options.length
      ? ['', 'Options:', ...columns(options.map(optionRow))]
      : []),
    ...(command.examples
      ? ['', 'Examples:', ...command.examples.map((line) => `  ${line}`)]
      : []),
  ].join('\n')
}

function optionRow(option: Option): [string, string] {
  const { name, short, type, value, help, later } = option
  const takes = type === 'boolean' ? '' : ` ${value ?? type}`
  const letter = short ? `-${short}, ` : '    '
  const text = later ? `${help} (comes with chapter ${later})` : help
  return [`${letter}--${name}${takes}`, text]
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}   ${right}`)
}
