// A template is filled in.

import type { Block, Operand, Piece, Pipe } from './template.ts'
import { cannotFillIn } from './template-error.ts'
import { templateFunctions } from './template-functions.ts'
import { entriesOf, goText, isTrue } from './template-values.ts'

/** What "." is, and what the names are that begin with $. */
interface Scope {
  readonly dot: unknown
  readonly names: Map<string, unknown>
}

/** The text of a template for one value. */
export function fillIn(pieces: readonly Piece[], value: unknown): string {
  return all(pieces, { dot: value, names: new Map([['$', value]]) })
}

function all(pieces: readonly Piece[], scope: Scope): string {
  return pieces.map((piece) => one(piece, scope)).join('')
}

function one(piece: Piece, scope: Scope): string {
  if (piece.kind === 'text') return piece.text
  const value = evaluate(piece.pipe, scope)
  if (piece.kind === 'print') return goText(value)
  if (piece.kind === 'range') return range(piece, value, scope)
  if (piece.kind === 'set') {
    scope.names.set(piece.name, value)
    return ''
  }
  const [name] = piece.names
  const names = name ? new Map(scope.names).set(name, value) : scope.names
  if (!isTrue(value)) return all(piece.otherwise, scope)
  const dot = piece.kind === 'with' ? value : scope.dot
  return all(piece.body, { dot, names })
}

function range(block: Block, value: unknown, scope: Scope): string {
  const items = itemsOf(value)
  if (items.length === 0) return all(block.otherwise, scope)
  const [first, second] = block.names
  return items
    .map(([key, item]) => {
      const names = new Map(scope.names)
      if (first) names.set(first, second ? key : item)
      if (second) names.set(second, item)
      return all(block.body, { dot: item, names })
    })
    .join('')
}

function itemsOf(value: unknown): [unknown, unknown][] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return [...value.entries()]
  if (typeof value === 'object') return entriesOf(value)
  throw cannotFillIn(`range over ${goText(value)}`)
}

function evaluate(pipe: Pipe, scope: Scope): unknown {
  return pipe.reduce<readonly unknown[]>(
    (piped, call) => [callOf(call, piped, scope)],
    [],
  )[0]
}

function callOf(
  [first, ...others]: readonly Operand[],
  piped: readonly unknown[],
  scope: Scope,
): unknown {
  const values = [...others.map((other) => operand(other, scope)), ...piped]
  if (first?.kind === 'function') return functionOf(first.name)(values)
  const value = first?.kind === 'path' ? walk(first, scope) : first?.value
  if (typeof value === 'function') return value(...values)
  if (first && values.length === 0) return value
  throw cannotFillIn('only a function can be given values')
}

function operand(operand: Operand, scope: Scope): unknown {
  if (operand.kind === 'value') return operand.value
  if (operand.kind === 'function') return functionOf(operand.name)([])
  const value = walk(operand, scope)
  if (typeof value !== 'function') return value
  throw cannotFillIn(`.${operand.fields.join('.')} needs brackets here`)
}

function walk(
  { of, fields }: Extract<Operand, { kind: 'path' }>,
  scope: Scope,
): unknown {
  const start =
    typeof of === 'string' ? named(of, scope) : evaluate(of, scope)
  return fields.reduce<unknown>(
    (value, field, i) => fieldOf(value, field, fields.slice(0, i + 1)),
    start,
  )
}

function named(name: string, { dot, names }: Scope): unknown {
  if (name === '.') return dot
  if (names.has(name)) return names.get(name)
  throw cannotFillIn(`there is no ${name}`)
}

function fieldOf(
  value: unknown,
  field: string,
  path: readonly string[],
): unknown {
  if (typeof value === 'object' && value) {
    // docker's {{.ID}} is "Id" in JSON
    for (const name of field === 'ID' ? ['ID', 'Id'] : [field])
      if (Object.hasOwn(value, name)) return Reflect.get(value, name)
  }
  if (maps.has(path.at(-2) ?? '')) return '<no value>' // as Go says it
  throw cannotFillIn(`there is no .${path.join('.')}`)
}

// what is in these has any name, or none
const maps = new Set(['Labels', 'Attributes', 'Options', 'Sysctls'])

function functionOf(name: string): (values: readonly unknown[]) => unknown {
  const found = Object.hasOwn(templateFunctions, name)
    ? templateFunctions[name]
    : undefined
  if (found) return found
  throw cannotFillIn(
    `there is no function ${name}`,
    `the functions are ${Object.keys(templateFunctions).join(', ')}`,
  )
}
