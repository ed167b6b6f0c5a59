// Go templates, as far as people write them after --format.
//
//   {{.ID}}   {{json .Config.Env}}   {{range .RepoTags}}{{println .}}{{end}}
//   {{if .Config.User}}…{{else}}…{{end}}   {{index .RepoDigests 0 | upper}}
//
// A template is read into a tree; template-evaluate.ts walks it. What is not
// known here is an error and never printed as it stands.
//
// https://pkg.go.dev/text/template

import { cannotRead } from './template-error.ts'
import { type Constant, type Token, tokensOf } from './template-tokens.ts'

/** A piece of a template. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipe: Pipe }
  | { readonly kind: 'set'; readonly name: string; readonly pipe: Pipe }
  | Block

/** `{{if}}`, `{{with}}` or `{{range}}`, up to its `{{end}}`. */
export interface Block {
  readonly kind: 'if' | 'with' | 'range'
  readonly names: readonly string[] // {{range $key, $value := …}}
  readonly pipe: Pipe
  readonly body: readonly Piece[]
  readonly otherwise: readonly Piece[]
}

/** `.Names | join ", " | upper`: each is given the value of the one before. */
export type Pipe = readonly (readonly Operand[])[]

export type Operand =
  | { readonly kind: 'value'; readonly value: Constant }
  | { readonly kind: 'function'; readonly name: string }
  | {
      readonly kind: 'path'
      readonly of: string | Pipe
      readonly fields: readonly string[]
    }

const longest = 2000 // it is read by a function that calls itself

/** Reads a template; an error says which part of it is not understood. */
export function parseTemplate(template: string): Piece[] {
  if (template.length > longest)
    throw cannotRead(`it has more than ${longest} characters`)
  const reader: Reader = { parts: split(template), at: 0 }
  const { pieces, end } = readPieces(reader)
  if (end !== undefined)
    throw cannotRead(`{{${end}}} without {{if}} or {{range}}`)
  return pieces
}

interface Reader {
  readonly parts: readonly Part[]
  at: number
}

type Part = { readonly text: string } | { readonly action: string }

// {{- and -}} swallow the blanks beside them
function split(template: string): Part[] {
  const pattern =
    /\{\{(-(?=\s))?((?:"(?:\\.|[^"\\])*"|`[^`]*`|(?!\}\})[^"`])*?)(\s-)?\}\}/gs
  const parts: Part[] = []
  let at = 0
  let trims = false
  for (const match of template.matchAll(pattern)) {
    const [all, before, action = '', after] = match
    const text = trimmed(template.slice(at, match.index), trims, !!before)
    parts.push({ text }, { action: action.trim() })
    at = match.index + all.length
    trims = !!after
  }
  const rest = trimmed(template.slice(at), trims, false)
  if (rest.includes('{{'))
    throw cannotRead(`${rest.slice(rest.indexOf('{{'))} does not end`)
  return [...parts, { text: rest }]
}

function trimmed(text: string, start: boolean, end: boolean): string {
  const left = start ? text.trimStart() : text
  return end ? left.trimEnd() : left
}

/** Reads up to the {{end}} or {{else}} that belongs to somebody above. */
function readPieces(reader: Reader): {
  pieces: Piece[]
  end: string | undefined
} {
  const pieces: Piece[] = []
  for (
    let part = reader.parts[reader.at];
    part;
    part = reader.parts[reader.at]
  ) {
    reader.at++
    if ('text' in part) {
      if (part.text) pieces.push({ kind: 'text', text: part.text })
      continue
    }
    if (/^(?:end|else\b.*)$/s.test(part.action))
      return { pieces, end: part.action }
    if (!/^\/\*.*\*\/$/s.test(part.action))
      pieces.push(readAction(part.action, reader))
  }
  return { pieces, end: undefined }
}

function readAction(action: string, reader: Reader): Piece {
  const [, kind, head = ''] = /^(if|with|range)\b(.*)$/s.exec(action) ?? []
  if (kind === 'if' || kind === 'with' || kind === 'range')
    return readBlock(kind, head, reader)
  const { names, pipe } = readHead(action)
  const [name, ...more] = names
  if (more.length > 0) throw cannotRead(`{{${action}}} sets two names`)
  return name === undefined
    ? { kind: 'print', pipe }
    : { kind: 'set', name, pipe }
}

function readBlock(
  kind: Block['kind'],
  head: string,
  reader: Reader,
): Block {
  const { names, pipe } = readHead(head)
  const body = readPieces(reader)
  if (body.end === undefined)
    throw cannotRead(`{{${kind}${head}}} has no {{end}}`)
  const otherwise = readElse(body.end, kind, reader)
  return { kind, names, pipe, body: body.pieces, otherwise }
}

// {{else if X}} is a block of its own, and shares the {{end}}
function readElse(
  word: string,
  kind: Block['kind'],
  reader: Reader,
): readonly Piece[] {
  if (word === 'end') return []
  const [, next, head = ''] = /^else\s+(if|with)\b(.*)$/s.exec(word) ?? []
  if (next === 'if' || next === 'with')
    return [readBlock(next, head, reader)]
  if (word !== 'else') throw cannotRead(`{{${word}}}`)
  const { pieces, end } = readPieces(reader)
  if (end !== 'end')
    throw cannotRead(`{{${kind}}} has no {{end}} after {{else}}`)
  return pieces
}

// "$k, $v := .Config.Labels" → $k $v and the pipe
function readHead(head: string): { names: string[]; pipe: Pipe } {
  const [all, first, second] =
    /^\s*(\$\w+)\s*(?:,\s*(\$\w+)\s*)?:?=/.exec(head) ?? []
  const names = [first, second].filter((name) => name !== undefined)
  const tokens = tokensOf(head.slice(all?.length ?? 0))
  const pipe = readPipe(tokens)
  if (tokens.length > 0) throw cannotRead(`{{${head.trim()}}}`)
  return { names, pipe }
}

function readPipe(tokens: Token[]): Pipe {
  const calls: Operand[][] = [[]]
  for (
    let token = tokens[0];
    token && token.kind !== 'close';
    token = tokens[0]
  ) {
    tokens.shift()
    if (token.kind === 'bar') calls.push([])
    else calls.at(-1)?.push(readOperand(token, tokens))
  }
  if (calls.some((call) => call.length === 0))
    throw cannotRead('an empty {{}} or |')
  return calls
}

function readOperand(token: Token, tokens: Token[]): Operand {
  if (token.kind === 'value' || token.kind === 'function') return token
  if (token.kind === 'path')
    return { kind: 'path', of: token.of, fields: token.fields }
  if (token.kind !== 'open') throw cannotRead('a ) without a (')
  const pipe = readPipe(tokens)
  const close = tokens.shift()
  if (close?.kind !== 'close') throw cannotRead('a ( without a )')
  return { kind: 'path', of: pipe, fields: close.fields }
}
