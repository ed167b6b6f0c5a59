// How Go writes a time and a string: docker prints them so.
//
// https://pkg.go.dev/time#Time.String, https://pkg.go.dev/strconv#Quote

/** In the zone of who asks: 2024-05-14 03:28:26 +0200 CEST */
export function goTime(ms: number): string {
  const offset = -new Date(ms).getTimezoneOffset()
  const local = new Date(ms + offset * 60_000).toISOString().slice(0, 19)
  return `${local.replace('T', ' ')} ${zoneOf(offset, ms)}`
}

// 480 → +0800 CST, or +0800 +08 where its letters are not known
function zoneOf(offset: number, ms: number): string {
  if (offset === 0) return '+0000 UTC'
  const two = (number: number) => `${Math.trunc(number)}`.padStart(2, '0')
  const sign = offset < 0 ? '-' : '+'
  const minutes = Math.abs(offset)
  const [hour, rest] = [two(minutes / 60), two(minutes % 60)]
  const letters = ['en-US', 'en-GB']
    .map((language) => zoneName(language, ms))
    .find((name) => /^[A-Z]+$/.test(name))
  const short = rest === '00' ? `${sign}${hour}` : `${sign}${hour}${rest}`
  return `${sign}${hour}${rest} ${letters ?? short}`
}

function zoneName(language: string, ms: number): string {
  const format = new Intl.DateTimeFormat(language, {
    timeZoneName: 'short',
  })
  const parts = format.formatToParts(ms)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
}

/** In double quotes; what a terminal would act upon, and bytes that are no text, as \x1b. */
export function goQuoted(text: string): string {
  // most often there is nothing to escape, and Unicode's tables are large
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`
  const quoted = text.replace(
    /["\\]|\p{Cc}|\p{Cs}|\p{Cf}/gu,
    (c) => escapes[c] ?? escaped(c.codePointAt(0) ?? 0),
  )
  return `"${quoted}"`
}

// U+DCE9 stands for the byte e9: see word.ts
function escaped(code: number): string {
  const hex = (number: number, digits: number) =>
    number.toString(16).padStart(digits, '0')
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${hex(code & 0xff, 2)}`
  if (code < 0x80) return `\\x${hex(code, 2)}`
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
}
