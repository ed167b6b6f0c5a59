// The words between {{ and }}.
//
//   index .RepoDigests 0 | upper   →   function path value bar function

import { cannotRead } from './template-error.ts'

export type Token =
  | { readonly kind: 'value'; readonly value: Constant }
  | { readonly kind: 'function'; readonly name: string }
  /** `.A.B` is of "." with A and B; `$x.A` of "$x". */
  | {
      readonly kind: 'path'
      readonly of: string
      readonly fields: readonly string[]
    }
  | { readonly kind: 'open' | 'bar' }
  /** `(index .A 0).B`: what follows the bracket belongs to it. */
  | { readonly kind: 'close'; readonly fields: readonly string[] }

/** What a template can say by itself. */
export type Constant = string | number | boolean | null

type Form = readonly [RegExp, (found: string) => Token]

const names = new Map<string, Constant>([
  ['true', true],
  ['false', false],
  ['nil', null],
])

const forms: readonly Form[] = [
  [/"(?:\\.|[^"\\])*"/y, (found) => value(unquoted(found))],
  [/`[^`]*`/y, (found) => value(found.slice(1, -1))],
  [/-?\d+(?:\.\d+)?(?![\w.])/y, (found) => value(Number(found))],
  [/[A-Za-z_]\w*/y, word],
  [/\$\w*(?:\.\w+)*/y, (found) => path(found)],
  [/(?:\.\w+)+|\.(?!\w)/y, (found) => path(`.${found}`)],
  [/\(/y, () => ({ kind: 'open' })],
  [/\|/y, () => ({ kind: 'bar' })],
  [/\)(?:\.\w+)*/y, (found) => ({ kind: 'close', fields: cut(found) })],
]

/** Cuts an action into its words. */
export function tokensOf(action: string): Token[] {
  const tokens: Token[] = []
  let rest = action.trim()
  while (rest !== '') {
    const { token, length } = firstToken(rest)
    tokens.push(token)
    rest = rest.slice(length).trimStart()
  }
  return tokens
}

function firstToken(text: string): { token: Token; length: number } {
  for (const [pattern, make] of forms) {
    pattern.lastIndex = 0
    const [found] = pattern.exec(text) ?? []
    if (found !== undefined)
      return { token: make(found), length: found.length }
  }
  throw cannotRead(`${text} is not understood`)
}

function word(name: string): Token {
  const constant = names.get(name)
  return constant === undefined
    ? { kind: 'function', name }
    : value(constant)
}

function value(constant: Constant): Token {
  return { kind: 'value', value: constant }
}

// "$x.A.B" → $x, A B    "..A.B" → ".", A B    ".." → "."
function path(found: string): Token {
  const of = found.startsWith('$') ? (found.split('.')[0] ?? '$') : '.'
  return { kind: 'path', of, fields: cut(found) }
}

function cut(found: string): string[] {
  return found
    .split('.')
    .slice(1)
    .filter((field) => field !== '')
}

// Go's strings are nearly JSON's
function unquoted(quoted: string): string {
  try {
    return JSON.parse(quoted)
  } catch {
    throw cannotRead(`${quoted} is not understood`)
  }
}
