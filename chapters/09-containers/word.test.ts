import { describe, expect, test } from 'vitest'

import { bytesOf, wordOf } from './word.ts'

describe('a word that is no UTF-8', () => {
  test.each<[string, number[]]>([
    ['Latin-1', [0x63, 0x61, 0x66, 0xe9]],
    ['a lone continuation', [0x80]],
    ['what only looks like UTF-8', [0xed, 0xa0, 0x80]],
    ['bytes beside letters', [0x61, 0xff, 0xfe, 0x62]],
  ])('%s survives as JSON', (_, bytes) => {
    const word = JSON.parse(JSON.stringify(wordOf(Uint8Array.from(bytes))))
    expect(bytesOf(word)).toEqual(Uint8Array.from(bytes))
  })
})

test.each(['', 'sh', 'café', '容器', '🐳', 'a\ufffdb'])(
  'the text %j stays a text',
  (text) => {
    expect(wordOf(Buffer.from(text))).toBe(text)
    expect(bytesOf(wordOf(text))).toBe(text)
  },
)
