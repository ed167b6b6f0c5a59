import { expect, test } from 'vitest'

import { goQuoted, goTime } from './go-text.ts'

test('a time', () => {
  expect(goTime(Date.UTC(2026, 10, 22, 5, 19, 3, 999))).toBe(
    '2026-11-22 05:19:03 +0000 UTC',
  )
})

// each as Go's strconv.Quote has it
test.each([
  ['plain', '"plain"'],
  ['', '""'],
  ['say "hi"', String.raw`"say \"hi\""`],
  ['a\\b', String.raw`"a\\b"`],
  ['a\n\t\r\x07\b\f\v', String.raw`"a\n\t\r\a\b\f\v"`],
  ['\x1b[2J', String.raw`"\x1b[2J"`],
  ['\x7f', String.raw`"\x7f"`],
  ['\x9b', String.raw`"\u009b"`],
  ['‮', String.raw`"\u202e"`],
  ['caf\udce9', String.raw`"caf\xe9"`],
  ['héllo 世界 🐋', '"héllo 世界 🐋"'],
])('%j', (text, quoted) => {
  expect(goQuoted(text)).toBe(quoted)
})
