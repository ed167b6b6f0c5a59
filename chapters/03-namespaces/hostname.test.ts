import { describe, expect, test } from 'vitest'

import { formatCall } from '../01-syscalls/format-call.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'

import { setHostname } from './hostname.ts'

describe('a hostname', () => {
  test.each([
    ['box', 'sethostname("box", 3)'],
    ['web-1.example.org', 'sethostname("web-1.example.org", 17)'],
    ['7', 'sethostname("7", 1)'],
  ])('%s is set by one call, with its length', (name, line) => {
    expect(setHostname(name).map(formatCall)).toEqual([line])
  })

  test('is named in an error', () => {
    expect(setHostname('box')[0]?.from?.doing).toBe('name the host box')
  })

  test.each([
    '',
    'a b',
    '-a',
    'a-',
    'a..b',
    '.a',
    'a_b',
    'ü',
    'a\n127.0.0.1 bank.example',
    '\u001b[2J',
    'a'.repeat(64),
  ])('%j is none', (name) => {
    expect(() => setHostname(name)).toThrow(RockerError)
  })
})
