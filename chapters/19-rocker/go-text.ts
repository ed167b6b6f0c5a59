// How Go writes a time and a string: docker prints them so.
//
// https://pkg.go.dev/time#Time.String, https://pkg.go.dev/strconv#Quote

/** 2024-05-14 01:28:26 +0000 UTC */
export function goTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`
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
