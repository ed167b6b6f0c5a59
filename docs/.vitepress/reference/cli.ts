// The commands, from the table that `rocker --help` is made from.

import type {
  Command,
  Entry,
  Option,
} from '../../../chapters/19-rocker/command.ts'
import {
  commands,
  laterCommands,
} from '../../../chapters/19-rocker/commands.ts'

import { code, type Language, plain, table } from './words.ts'

const words = {
  en: {
    flag: 'flag',
    meaning: 'meaning',
    also: (names: readonly string[]) => `Also: ${names.join(', ')}`,
    later: 'What later chapters bring',
    chapter: 'chapter',
    commands: 'commands',
    laterFlags: 'Flags that come later',
    comes: (number: string) => ` (chapter ${number})`,
  },
  zh: {
    flag: '参数',
    meaning: '含义',
    also: (names: readonly string[]) => `也可以写作：${names.join('、')}`,
    later: '后续章节的命令',
    chapter: '章节',
    commands: '命令',
    laterFlags: '后续章节的参数',
    comes: (number: string) => `（第 ${number} 章）`,
  },
} as const

/** One section a command. */
export async function cli(language: Language): Promise<string> {
  const shown = commands.filter(({ hidden }) => !hidden)
  const sections = await Promise.all(
    shown.map(async (entry) => {
      const { command } = await entry.load()
      return section(entry, command, language)
    }),
  )
  return [...sections, later(language)].join('\n\n')
}

function section(
  { name, summary, aliases }: Entry,
  { usage, options, examples }: Command,
  language: Language,
): string {
  const { also, laterFlags } = words[language]
  const named = options.filter(({ of }) => !of)
  const now = named.filter(({ later }) => !later)
  const afterwards = named.filter(({ later }) => later)
  const parts = [
    `## rocker ${name}`,
    `${plain(summary)}.`,
    fence('sh', [`rocker ${name} ${usage}`.trim()]),
    aliases && also(aliases.map((alias) => code(`rocker ${alias}`))),
    now.length > 0 && flagTable(now, options, language),
    examples && fence('sh', examples),
    afterwards.length > 0 &&
      `::: details ${laterFlags}\n${flagTable(afterwards, options, language)}\n:::`,
  ]
  return parts.filter(Boolean).join('\n\n')
}

function flagTable(
  shown: readonly Option[],
  all: readonly Option[],
  language: Language,
): string {
  const { flag, meaning, comes } = words[language]
  const rows = shown.map((option) => {
    const { name, short, type, value, help, later } = option
    const takes = type === 'boolean' ? '' : ` ${value ?? type}`
    const others = all
      .filter(({ of }) => of === name)
      .map((other) => `--${other.name}`)
    const names = [short && `-${short}`, `--${name}`, ...others]
    const spelled = names.filter(Boolean).join(', ')
    const when = later ? comes(later) : ''
    return [code(`${spelled}${takes}`), `${plain(help)}${when}`]
  })
  return table([flag, meaning], rows)
}

function later(language: Language): string {
  const { later: title, chapter, commands: named } = words[language]
  const byChapter = new Map<string, string[]>()
  for (const [name, number] of Object.entries(laterCommands))
    byChapter.set(number, [...(byChapter.get(number) ?? []), name])
  const rows = [...byChapter].map(([number, names]) => [
    number,
    names.map((name) => code(name)).join(' '),
  ])
  return `## ${title}\n\n${table([chapter, named], rows)}`
}

function fence(language: string, lines: readonly string[]): string {
  return [`\`\`\`${language}`, ...lines, '```'].join('\n')
}
