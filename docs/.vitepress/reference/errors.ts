// The errors: the table of hints, and every RockerError of the source with its
// sentence and its hint, as the syntax tree has them.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { type Expression, parseSync, Visitor } from 'oxc-parser'

import {
  errnoNumber,
  errnoSentence,
} from '../../../chapters/01-syscalls/errno.ts'
import { hints as hintTable } from '../../../chapters/01-syscalls/syscall-error.ts'
import { tree } from '../sources.ts'

import { code, type Language, plain, table } from './words.ts'

const words = {
  en: {
    call: 'call',
    answer: 'answer',
    hint: 'hint',
    sentence: 'sentence',
  },
  zh: {
    call: '调用',
    answer: '内核的回答',
    hint: '提示',
    sentence: '信息',
  },
} as const

/** What the kernel refuses, and what usually helps. */
export function hints(language: Language): string {
  const { call, answer, hint } = words[language]
  const rows = hintTable.map((row) => [
    code(row.name),
    code(errnoSentence(errnoNumber(row.errno))),
    plain(row.hint),
  ])
  return table([call, answer, hint], rows)
}

/** What rocker itself refuses, chapter by chapter. */
export function errors(language: Language): string {
  const { sentence, hint } = words[language]
  const folders = readdirSync(join(tree, 'chapters')).sort()
  return folders
    .map((folder) => ({ folder, found: errorsOf(folder) }))
    .filter(({ found }) => found.length > 0)
    .map(({ folder, found }) => {
      const rows = found.map((error) => [
        code(error.code),
        code(error.sentence),
        error.hint ? plain(error.hint) : '',
      ])
      return `### ${folder}\n\n${table(['', sentence, hint], rows)}`
    })
    .join('\n\n')
}

interface Found {
  readonly code: string
  readonly sentence: string
  readonly hint: string | undefined
}

function errorsOf(folder: string): Found[] {
  const files = readdirSync(join(tree, 'chapters', folder), {
    recursive: true,
    encoding: 'utf8',
  })
  const sources = files.filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'),
  )
  const found = sources
    .sort()
    .flatMap((path) => errorsIn(join(tree, 'chapters', folder, path)))
  return [...new Map(found.map((row) => [row.sentence, row])).values()]
}

function errorsIn(path: string): Found[] {
  const text = readFileSync(path, 'utf8')
  const found: Found[] = []
  new Visitor({
    NewExpression({ callee, arguments: args }) {
      if (callee.type !== 'Identifier' || callee.name !== 'RockerError')
        return
      const [kind, message, more] = args as Expression[]
      const name = sentenceOf(kind, text)
      const sentence = sentenceOf(message, text)
      if (name && sentence && sentence !== '<…>')
        found.push({ code: name, sentence, hint: hintOf(more, text) })
    },
  }).visit(parseSync(path, text).program)
  return found
}

/** `run in ${path}: it is no folder` → run in <path>: it is no folder */
function sentenceOf(
  node: Expression | undefined,
  text: string,
): string | undefined {
  if (!node) return undefined
  if (node.type === 'Literal') return String(node.value)
  if (node.type === 'TemplateLiteral')
    return node.quasis
      .map(({ value }, i) => {
        const expression = node.expressions[i]
        return `${value.cooked ?? value.raw}${expression ? hole(expression, text) : ''}`
      })
      .join('')
  return '<…>'
}

// a name stays a name; what is computed is just something
function hole(
  { start, end }: { start: number; end: number },
  text: string,
) {
  const source = text.slice(start, end)
  const [, name] =
    /(?:^|[.(])([a-zA-Z]\w*)(?:\)|\.slice.*)?$/.exec(source) ?? []
  return name ? `<${name}>` : '<…>'
}

function hintOf(
  node: Expression | undefined,
  text: string,
): string | undefined {
  if (node?.type !== 'ObjectExpression') return undefined
  for (const property of node.properties)
    if (
      property.type === 'Property' &&
      property.key.type === 'Identifier' &&
      property.key.name === 'hint'
    )
      return sentenceOf(property.value as Expression, text)
  return undefined
}
