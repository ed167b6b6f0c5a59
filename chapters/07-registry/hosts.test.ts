// Hosts that are near, and hosts that somebody listed.

import { expect, test } from 'vitest'

import { isLinkLocal, isListed, isLoopback } from './hosts.ts'

test.each([
  ['localhost', true],
  ['a.localhost', true],
  ['localhost.', true],
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['0.0.0.0', true],
  ['[::1]', true],
  ['::1', true],
  ['[::]', true],
  ['[::ffff:127.0.0.1]', true],
  ['128.0.0.1', false],
  ['notlocalhost', false],
  ['localhost.example.org', false],
  ['127.0.0.1.example.org', false],
  ['[fe80::1]', false],
])('%s is this machine: %s', (host, isHere) => {
  expect(isLoopback(host)).toBe(isHere)
})

test.each([
  ['169.254.169.254', true],
  ['[fe80::1]', true],
  ['[::ffff:a9fe:a9fe]', true],
  ['169.253.0.1', false],
  ['example.org', false],
])('%s is of this wire alone: %s', (host, isNear) => {
  expect(isLinkLocal(host)).toBe(isNear)
})

test.each([
  ['registry.lan:5000', ['registry.lan:5000'], true],
  ['registry.lan', ['REGISTRY.lan'], true],
  ['registry.lan:5001', ['registry.lan:5000'], false],
  ['registry.lan:5000', ['registry.lan'], false],
  ['10.1.2.3:5000', ['10.0.0.0/8'], true],
  ['11.1.2.3:5000', ['10.0.0.0/8'], false],
  ['[fd00::1]:5000', ['fd00::/8'], true],
  ['registry.lan', ['0.0.0.0/0'], false],
])('%s is listed in %s: %s', (host, listed, isOne) => {
  expect(isListed(host, listed)).toBe(isOne)
})
