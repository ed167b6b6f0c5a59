// What a template's values look like: as text, as JSON, as true or false.

import { printable } from './print-error.ts'

/** As Go prints it: `[a b]`, `map[a:1 b:2]`; nothing that moves a cursor. */
export function goText(value: unknown): string {
  if (typeof value === 'string')
    return value.replace(/[^\n\t]+/g, printable)
  if (value === undefined) return ''
  if (value === null) return '[]' // docker's lists that are not there
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (typeof value !== 'object') return String(value)
  const fields = entriesOf(value).map(
    ([key, field]) => `${goText(key)}:${goText(field)}`,
  )
  return `map[${fields.join(' ')}]`
}

/** JSON that a terminal can show: it has no control characters. */
export function safeJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value ?? null, undefined, indent)
  // JSON itself escapes the others
  return text.replace(
    /[\x7f-\x9f]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Whether {{if}} takes it: what is empty is false. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (typeof value === 'object' && value !== null)
    return Object.keys(value).length > 0
  return Boolean(value)
}

/** The fields of an object, in the order of their names. */
export function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
}
