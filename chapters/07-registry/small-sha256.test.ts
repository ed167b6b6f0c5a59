// Our own SHA-256 says what node:crypto says.

import { createHash, randomBytes } from 'node:crypto'

import { expect, test } from 'vitest'

import { smallSha256 } from './small-sha256.ts'

const hashed = (bytes: Uint8Array) =>
  createHash('sha256').update(bytes).digest('hex')

test('whatever is left of the last block, the hash is right', () => {
  for (let length = 0; length <= 200; length++) {
    const bytes = randomBytes(length)
    expect(smallSha256(bytes)).toBe(hashed(bytes))
  }
})

test('bits that are all alike are hashed right', () => {
  for (const bits of [0x00, 0xff, 0x80]) {
    const bytes = new Uint8Array(5000).fill(bits)
    expect(smallSha256(bytes)).toBe(hashed(bytes))
  }
})
