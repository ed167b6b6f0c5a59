// The manual page, made from the tables, as the help is: man 1 rocker.
//
// man 7 man

import type { Command, Entry, Option } from './command.ts'
import { globalOptions } from './globals.ts'

/** A command with what `--help` knows of it. */
export interface Documented {
  readonly entry: Entry
  readonly command: Command
}

/** The page as roff. */
export function manual(
  version: string,
  commands: readonly Documented[],
): string {
  return [
    `.TH ROCKER 1 "" "rocker ${version}" "User Commands"`,
    '.SH NAME',
    'rocker \\- Docker from scratch in TypeScript',
    '.SH SYNOPSIS',
    '.B rocker',
    '[\\fIOPTIONS\\fR] \\fICOMMAND\\fR',
    '.SH DESCRIPTION',
    'Runs containers, and keeps their images, networks and volumes.',
    "Commands, flags, output and exit codes are docker's.",
    '.SH OPTIONS',
    'They stand before the command.',
    ...globalOptions.flatMap((option) => row(flagOf(option), option.help)),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH EXIT STATUS',
    'Of \\fBrun\\fR and \\fBexec\\fR that of the container; 125 where rocker',
    'failed, 126 where the program cannot be executed, 127 where there is',
    'none, 128 and the number of the signal that ended it.',
    '.SH ENVIRONMENT',
    ...row('ROCKER_ROOT', 'The data root; /var/lib/rocker.'),
    ...row('ROCKER_CONFIG', 'The settings; /etc/rocker/daemon.json.'),
    '.SH FILES',
    ...row('/var/lib/rocker', 'Images, containers, networks, volumes.'),
    ...row('/etc/rocker/daemon.json', "Settings, by docker's names."),
    ...row(
      '/var/cache/rocker',
      'What rocker is made of, once it was used.',
    ),
    '',
  ].join('\n')
}

function commandLines({ entry, command }: Documented): string[] {
  const usage = `${entry.name} ${command.usage}`.trim()
  const aliases = (entry.aliases ?? []).map((name) => `rocker ${name}`)
  return [
    `.SS rocker ${escaped(usage)}`,
    `${escaped(entry.summary)}.`,
    ...(aliases.length > 0
      ? ['.br', `Also: ${escaped(aliases.join(', '))}.`]
      : []),
    ...command.options
      .filter(({ of, later }) => !of && !later)
      .flatMap((option) => row(flagOf(option), option.help)),
    ...(command.examples?.length
      ? ['.PP', 'Examples:', '.nf', ...command.examples.map(escaped), '.fi']
      : []),
  ]
}

function flagOf({ name, short, type, value }: Option): string {
  const takes = type === 'boolean' ? '' : ` ${value ?? type}`
  return `${short ? `-${short}, ` : ''}--${name}${takes}`
}

function row(left: string, right: string): string[] {
  return ['.TP', `.B ${escaped(left)}`, escaped(right)]
}

/** A dash is a dash, and no line begins with roff's own signs. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/, '\\&$1')
}
