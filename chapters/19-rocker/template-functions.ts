// The functions of templates: docker's own, and those of Go that people use.

import { cannotFillIn } from './template-error.ts'
import { goText, isTrue, safeJson } from './template-values.ts'

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
  print: (values) => values.map(goText).join(' '),
  println: (values) => `${values.map(goText).join(' ')}\n`,
  eq: ([value, ...others]) => others.some((other) => other === value),
  ne: ([value, other]) => value !== other,
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
