import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import type { ResolverWishes } from '../09-containers/hosts.ts'

import { hostResolver, writeResolvConf } from './resolv-conf.ts'

const folder = mkdtempSync(join(tmpdir(), 'resolv-'))
const path = join(folder, 'resolv.conf')
const plain: ResolverWishes = { dns: [], dnsSearch: [], dnsOption: [] }
const gateway = ['172.30.0.1']

afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  rmSync(`${path}.own`, { force: true })
  writeFileSync(path, 'nameserver 1.1.1.1\n')
})

function host(...texts: readonly string[]) {
  const files = texts.map((text, i) => {
    writeFileSync(join(folder, `host-${i}`), text)
    return join(folder, `host-${i}`)
  })
  return hostResolver([...files, join(folder, 'not-there')])
}

function written(...args: [Partial<ResolverWishes>, string[]?, string?]) {
  const [wishes, servers, text = 'nameserver 9.9.9.9\n'] = args
  writeResolvConf({ folder }, { ...plain, ...wishes }, servers, host(text))
  return readFileSync(path, 'utf8').split('\n').filter(Boolean)
}

describe('of the servers of the host', () => {
  test.each([
    [['nameserver 9.9.9.9\n'], 'nameserver 9.9.9.9', false],
    [
      ['nameserver 127.0.0.53\n', 'nameserver 10.0.0.1\n'],
      'nameserver 10.0.0.1',
      false,
    ],
    [
      ['nameserver 127.0.0.1\nnameserver 10.0.0.1\n'],
      'nameserver 10.0.0.1',
      false,
    ],
    [['nameserver ::1\nsearch lan\n'], 'search lan', true],
    [['nameserver 127.0.0.53\n', 'nameserver 127.0.0.1\n'], '', true],
    [[''], '', true],
  ])('%j a container can use %j', (texts, left, isOwn) => {
    const found = host(...texts)
    expect(found.text.trim()).toBe(left)
    expect(found.isOwn).toBe(isOwn)
  })
})

describe('a container asks', () => {
  test.each([
    ['whom the host asks', {}, undefined, ['nameserver 9.9.9.9']],
    [
      'whom it is told',
      { dns: ['8.8.4.4'] },
      undefined,
      ['nameserver 8.8.4.4'],
    ],
    [
      'the resolver of its network, for one word as it is',
      { dns: ['8.8.4.4'] },
      gateway,
      ['nameserver 172.30.0.1', 'options ndots:0'],
    ],
    [
      'it with options of its own',
      { dnsOption: ['ndots:3'], dnsSearch: ['lan'] },
      gateway,
      ['nameserver 172.30.0.1', 'search lan', 'options ndots:3'],
    ],
  ])('%s', (_, wishes, servers, lines) => {
    expect(written(wishes, servers)).toEqual(lines)
  })

  test('with the options of the host, and for one word as it is', () => {
    const text = 'nameserver 9.9.9.9\nsearch lan\noptions edns0 trust-ad\n'
    expect(written({}, gateway, text)).toEqual([
      'nameserver 172.30.0.1',
      'search lan',
      'options ndots:0 edns0 trust-ad',
    ])
  })

  test('other servers when its networks have changed', () => {
    written({}, gateway)
    expect(written({})).toEqual(['nameserver 9.9.9.9'])
  })

  test('whom it has written down itself, whatever changes', () => {
    written({}, gateway)
    writeFileSync(path, 'nameserver 10.0.0.9\n')
    expect(written({})).toEqual(['nameserver 10.0.0.9'])
  })
})
