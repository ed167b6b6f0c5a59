// Digests: their form, and content that is not what was promised.

import { createHash } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { digestOf, isDigest, parseDigest, Verifier } from './digest.ts'

const bytes = Buffer.from('hello\n')
const sha256 = `sha256:${createHash('sha256').update(bytes).digest('hex')}`

describe('R04: a digest has one form', () => {
  test.each([
    [`sha256:${'a'.repeat(64)}`, true],
    [`sha512:${'0'.repeat(128)}`, true],
    [`sha256:${'a'.repeat(63)}`, false],
    [`sha256:${'a'.repeat(65)}`, false],
    [`sha256:${'A'.repeat(64)}`, false],
    [`sha256:${'g'.repeat(64)}`, false],
    [`SHA256:${'a'.repeat(64)}`, false],
    [`sha512:${'a'.repeat(64)}`, false],
    [`sha384:${'a'.repeat(96)}`, false],
    [`md5:${'a'.repeat(32)}`, false],
    [`sha256:${'a'.repeat(64)}\n`, false],
    [` sha256:${'a'.repeat(64)}`, false],
    ['sha256:../../x', false],
    [`sha256:${'../'.repeat(21)}a`, false],
    ['', false],
  ])('%j', (text, isOne) => {
    expect(isDigest(text)).toBe(isOne)
    if (isOne) expect(parseDigest(text)).toBe(text)
    else expect(() => parseDigest(text)).toThrow('read the digest')
  })
})

test('the digest of bytes is their hash, by either algorithm', () => {
  expect(digestOf(bytes)).toBe(sha256)
  expect(digestOf(bytes, 'sha512')).toMatch(/^sha512:[0-9a-f]{128}$/)
})

describe('content is checked while it streams', () => {
  const check = (content: string, size: number, digest = sha256) => {
    const verifier = new Verifier({ digest: parseDigest(digest), size })
    for (const byte of Buffer.from(content))
      verifier.update(Buffer.of(byte))
    verifier.end()
    return verifier.count
  }

  test('the bytes that were promised pass', () => {
    expect(check('hello\n', 6)).toBe(6)
    expect(check('hello\n', 6, digestOf(bytes, 'sha512'))).toBe(6)
  })

  test.each([
    ['a byte that was changed', 'hellp\n', 6, 'another digest'],
    ['a byte too few', 'hello', 6, '5 bytes instead of 6'],
    ['a byte too many', 'hello\n!', 6, 'more than the 6 bytes'],
    ['a size that is too large', 'hello\n', 7, '6 bytes instead of 7'],
    ['a size that is too small', 'hello\n', 5, 'more than the 5 bytes'],
  ])('%s is found', (_, content, size, says) => {
    expect(() => check(content, size)).toThrow(says)
  })
})
