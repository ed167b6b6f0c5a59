// printf of templates: the verbs of Go that one meets in a --format.
//
//   {{printf "%-10s %.12s %5.1f" .Name .Id .Share}}
//
// https://pkg.go.dev/fmt

import { goQuoted } from './go-text.ts'
import { cannotFillIn } from './template-error.ts'
import { goText } from './template-values.ts'

const verbs: Readonly<
  Record<string, (value: unknown, digits?: number) => string>
> = {
  s: (value, most) => [...goText(value)].slice(0, most).join(''),
  v: (value) => goText(value),
  d: (value) => whole(value).toString(),
  x: (value) => whole(value).toString(16),
  q: (value) => goQuoted(goText(value)),
  t: (value) => goText(value),
  f: (value, digits = 6) => Number(value).toFixed(digits),
}

const verb = /%(%|([-0]*)(\d{0,3})(?:\.(\d{0,2}))?([a-zA-Z]))/g

/** Fills a format in, with a value for each of its verbs. */
export function printf(format: string, values: readonly unknown[]): string {
  const left = [...values]
  const text = format.replace(
    verb,
    (whole, sign, flags = '', width = '', digits = '', letter = '') => {
      if (sign === '%') return '%'
      if (left.length === 0)
        throw cannotFillIn(`printf has no value for ${whole}`)
      const write = Object.hasOwn(verbs, letter) ? verbs[letter] : undefined
      if (!write)
        throw cannotFillIn(
          `printf does not know ${whole}`,
          `it knows %${Object.keys(verbs).join(', %')} and %%`,
        )
      const precision = whole.includes('.') ? Number(digits) : undefined
      const written = write(left.shift(), precision)
      if (flags.includes('-')) return written.padEnd(Number(width))
      return written.padStart(
        Number(width),
        flags.includes('0') ? '0' : ' ',
      )
    },
  )
  if (left.length === 0) return text
  throw cannotFillIn(`printf has no place for ${goText(left[0])}`)
}

function whole(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  throw cannotFillIn(`${goText(value)} is no whole number`)
}
