// What --format asks for, and how a list is printed.
//
//   table                        the usual columns
//   table {{.ID}}\t{{.Tag}}      columns of one's own, with their heads
//   json                         an object a line
//   {{.ID}}                      any Go template, once for each line

import { table } from './table.ts'
import { type Piece, parseTemplate } from './template.ts'
import { fillIn } from './template-evaluate.ts'

/** A text, or what makes one of a template's words: `{{.Label "tier"}}`. */
export type Cell = string | ((word: unknown) => string)

/** A list, before anybody said how to print it. */
export interface Listing {
  /** The rows: what a template calls by name. */
  readonly rows: readonly Readonly<Record<string, Cell>>[]
  /** The heads of the columns, for each name: ID → IMAGE ID. */
  readonly heads: Readonly<Record<string, Cell>>
  /** The names of the usual columns, in their order. */
  readonly columns: readonly string[]
}

/** The lines of a list, as --format has it. */
export function formatList(listing: Listing, format = 'table'): string[] {
  const { rows, heads, columns } = listing
  const wanted = format
    .trim()
    .replaceAll('\\t', '\t')
    .replaceAll('\\n', '\n')
  if (wanted === 'table')
    return table(
      [heads, ...rows].map((row) =>
        columns.map((name) => String(row[name] ?? '')),
      ),
    )
  const isTable = /^table\s/.test(wanted)
  const pieces = readTemplate(isTable ? wanted.slice(6).trim() : wanted)
  if (!isTable) return rows.map((row) => fillIn(pieces, row))
  return table(
    [heads, ...rows].map((row) => fillIn(pieces, row).split('\t')),
  )
}

/** A template for one value, as `inspect --format` takes it. */
export function readTemplate(format: string): Piece[] {
  return parseTemplate(format === 'json' ? '{{json .}}' : format)
}
