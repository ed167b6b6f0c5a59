// The functions of templates: docker's own, and those of Go that people use.

import { cannotFillIn } from './template-error.ts'
import { printf } from './template-printf.ts'
import { goText, isTrue, safeJson } from './template-values.ts'

const mostPadding = 10_000

type Values = readonly unknown[]

/** By name; each is given its arguments, the piped one last. */
export const templateFunctions: Readonly<
  Record<string, (values: Values) => unknown>
> = {
  json: ([value]) => safeJson(value),
  len: ([value]) => lengthOf(value),
  index: ([value, ...keys]) => keys.reduce(at, value),
  join: ([list, between]) => asList(list).map(goText).join(goText(between)),
  split: ([text, at]) => goText(text).split(goText(at)),
  lower: ([text]) => goText(text).toLowerCase(),
  upper: ([text]) => goText(text).toUpperCase(),
  title: ([text]) =>
    goText(text).replace(/(?<!\S)\p{Ll}/gu, (c) => c.toUpperCase()),
  truncate: ([text, length]) => goText(text).slice(0, Number(length)),
  pad: ([text, before, after]) => padded(goText(text), before, after),
  slice: ([value, from, to]) => cut(value, from, to),
  print: (values) => values.map(goText).join(' '),
  println: (values) => `${values.map(goText).join(' ')}\n`,
  printf: ([format, ...values]) => printf(goText(format), values),
  eq: ([value, ...others]) => others.some((other) => other === value),
  ne: ([value, other]) => value !== other,
  lt: ([a, b]) => isLess(a, b),
  le: ([a, b]) => !isLess(b, a),
  gt: ([a, b]) => isLess(b, a),
  ge: ([a, b]) => !isLess(a, b),
  not: ([value]) => !isTrue(value),
  and: (values) => values.find((value) => !isTrue(value)) ?? values.at(-1),
  or: (values) => values.find(isTrue) ?? values.at(-1),
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  if (value === null || value === undefined) return 0
  if (typeof value === 'object') return Object.keys(value).length
  throw cannotFillIn(`len of ${goText(value)}`)
}

function isLess(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b
  if (typeof a === 'string' && typeof b === 'string') return a < b
  throw cannotFillIn(`compare ${goText(a)} and ${goText(b)}`)
}

// docker's: what is empty stays so
function padded(text: string, before: unknown, after: unknown): string {
  if (text === '') return text
  const blanks = (count: unknown) => ' '.repeat(asCount(count))
  return `${blanks(before)}${text}${blanks(after)}`
}

function cut(value: unknown, from: unknown, to: unknown): unknown {
  if (typeof value !== 'string' && !Array.isArray(value))
    throw cannotFillIn(`slice ${goText(value)}: it is no list and no text`)
  const end = to === undefined ? value.length : asCount(to)
  const start = from === undefined ? 0 : asCount(from)
  if (start <= end && end <= value.length) return value.slice(start, end)
  throw cannotFillIn(`slice ${start} to ${end} of ${value.length}`)
}

function asCount(value: unknown): number {
  const count = Number(value)
  if (Number.isInteger(count) && count >= 0 && count <= mostPadding)
    return count
  throw cannotFillIn(`${goText(value)} is no count`)
}

function at(value: unknown, key: unknown): unknown {
  if (Array.isArray(value)) {
    const i = Number(key)
    if (Number.isInteger(i) && i >= 0 && i < value.length) return value[i]
    throw cannotFillIn(`index ${goText(key)} of a list of ${value.length}`)
  }
  if (typeof value !== 'object' && value !== undefined)
    throw cannotFillIn(`index of ${goText(value)}`)
  const fields: object = value ?? {}
  const entry = Object.entries(fields).find(([name]) => name === key)
  return entry?.[1]
}

function asList(value: unknown): Values {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value
  throw cannotFillIn(`join ${goText(value)}: it is no list`)
}
