import { afterEach, expect, test } from 'vitest'

import { goQuoted, goTime } from './go-text.ts'

const zone = process.env.TZ
afterEach(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

// each as `TZ=… docker ps` has it
test.each([
  ['UTC', '2026-11-22 05:19:03 +0000 UTC'],
  ['America/New_York', '2026-11-22 00:19:03 -0500 EST'],
  ['Europe/Berlin', '2026-11-22 06:19:03 +0100 CET'],
  ['America/Sao_Paulo', '2026-11-22 02:19:03 -0300 -03'],
  ['Asia/Kathmandu', '2026-11-22 11:04:03 +0545 +0545'],
])('a time in %s', (name, text) => {
  process.env.TZ = name
  expect(goTime(Date.UTC(2026, 10, 22, 5, 19, 3, 999))).toBe(text)
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
