// Words that are not UTF-8, in a file that is.
//
// An argument may be any bytes but NUL, JSON holds text alone. So a byte that is
// no UTF-8 stands as a lone surrogate, which no text has: 0xe9 → U+DCE9. Python
// calls it surrogateescape (PEP 383).

const first = 0xdc00

/** `café` in Latin-1 → "caf\udce9"; what is UTF-8 stays what it is. */
export function wordOf(typed: string | Uint8Array): string {
  if (typeof typed === 'string') return typed
  const text = Buffer.from(typed).toString()
  if (Buffer.from(text).equals(typed)) return text
  return Array.from(typed, (byte) =>
    String.fromCharCode(byte < 0x80 ? byte : first + byte),
  ).join('')
}

/** The bytes again, where a word has some; else the word itself. */
export function bytesOf(word: string): string | Uint8Array {
  if (word.isWellFormed()) return word
  return Uint8Array.from(word, (one) => one.charCodeAt(0) & 0xff)
}
