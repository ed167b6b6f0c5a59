// Platforms, and the image of an index that fits best.

import { describe, expect, test } from 'vitest'

import {
  choosePlatform,
  formatPlatform,
  hostPlatform,
  parsePlatform,
} from './platform.ts'

const here = hostPlatform().architecture

describe('a platform is read', () => {
  test.each([
    ['linux/amd64', 'linux/amd64'],
    ['linux/x86_64', 'linux/amd64'],
    ['linux/arm64', 'linux/arm64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/arm64/v9', 'linux/arm64/v9'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/arm/6', 'linux/arm/v6'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/armel', 'linux/arm/v6'],
    ['linux/386', 'linux/386'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['windows/amd64', 'windows/amd64'],
    ['arm64', 'linux/arm64'],
    ['linux', `linux/${here}`],
  ])('%s', (text, platform) => {
    expect(formatPlatform(parsePlatform(text))).toBe(platform)
  })
})

test.each([
  '',
  '/',
  'linux/',
  '/amd64',
  'a/b/c/d',
  'linux/../x',
  'a b',
  'linux/amd64\n',
])('%j is no platform', (text) => {
  expect(() => parsePlatform(text)).toThrow('read the platform')
})

describe('the image that fits best is chosen', () => {
  test.each([
    ['linux/amd64', 'linux/arm64 linux/amd64', 'linux/amd64'],
    ['linux/arm64', 'linux/arm64/v8', 'linux/arm64/v8'],
    ['linux/arm64/v8', 'linux/amd64 linux/arm64', 'linux/arm64'],
    ['linux/arm64/v9', 'linux/arm64 linux/arm64/v9', 'linux/arm64/v9'],
    ['linux/arm64/v9', 'linux/arm64', 'linux/arm64'],
    ['linux/arm/v7', 'linux/arm/v5 linux/arm/v6', 'linux/arm/v6'],
    ['linux/arm/v6', 'linux/arm/v7', undefined],
    ['linux/arm/v6', 'linux/arm/v7 linux/arm/v5', 'linux/arm/v5'],
    ['linux/amd64/v3', 'linux/amd64 linux/amd64/v2', 'linux/amd64/v2'],
    ['linux/amd64', 'linux/amd64/v2', undefined],
    ['linux/amd64', 'windows/amd64', undefined],
    ['linux/amd64', 'unknown/unknown', undefined],
    ['linux/amd64', '', undefined],
  ])('%s of %s', (wanted, offered, chosen) => {
    const entries = offered
      .split(' ')
      .filter(Boolean)
      .map((name) => {
        const [os = '', architecture = '', variant] = name.split('/')
        const platform = { os, architecture, ...(variant && { variant }) }
        return { name, platform }
      })
    const found = choosePlatform(entries, parsePlatform(wanted))
    expect(found?.name).toBe(chosen)
  })

  test('an entry without a platform is not chosen', () => {
    expect(choosePlatform([{}], parsePlatform('linux'))).toBeUndefined()
  })
})
