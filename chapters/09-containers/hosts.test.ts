import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import {
  changeHosts,
  type NameWishes,
  readAddress,
  readHost,
  writeEtcFiles,
} from './hosts.ts'

const folder = mkdtempSync(join(tmpdir(), 'etc-'))
afterAll(() => rmSync(folder, { recursive: true }))

const plain: NameWishes = {
  hostname: 'box',
  network: 'none',
  addHost: [],
  dns: [],
  dnsSearch: [],
  dnsOption: [],
}

function written(wishes: Partial<NameWishes>, name: string): string {
  writeEtcFiles(folder, { ...plain, ...wishes })
  return readFileSync(join(folder, name), 'utf8')
}

describe('a container of its own', () => {
  test('knows its name and localhost', () => {
    expect(written({}, 'hostname')).toBe('box\n')
    expect(written({}, 'hosts')).toMatch(/^127\.0\.0\.1\tlocalhost\n::1\t/)
  })

  test('has the hosts that it is given', () => {
    const addHost = ['db:10.0.0.2', 'six:fe80::1']
    expect(written({ addHost }, 'hosts')).toMatch(
      /10\.0\.0\.2\tdb\nfe80::1\tsix\n$/,
    )
  })

  test('asks the servers that it is given', () => {
    const wishes = { dns: ['9.9.9.9'], dnsSearch: ['a', 'b'] }
    const lines = written(wishes, 'resolv.conf').split('\n')
    expect(lines).toContain('nameserver 9.9.9.9')
    expect(lines).toContain('search a b')
    expect(lines.filter((line) => /^name/.test(line))).toHaveLength(1)
  })

  test.each([
    ['db=10.0.0.2', '10.0.0.2\tdb'],
    ['db:[fe80::1]', 'fe80::1\tdb'],
    ['db=fe80::1', 'fe80::1\tdb'],
  ])('reads the host %s', (text, line) => {
    const lines = written({ addHost: [text] }, 'hosts')
      .trim()
      .split('\n')
    expect(lines.at(-1)).toBe(line)
  })

  test('searches where it is told, with the options that it is given', () => {
    const wishes = { dnsSearch: ['.'], dnsOption: ['ndots:2', 'rotate'] }
    expect(written(wishes, 'resolv.conf')).toMatch(
      /^search \.\noptions ndots:2 rotate$/m,
    )
  })

  test("on the host's network the host is its loopback", () => {
    const wishes = { network: 'host', addHost: ['box:host-gateway'] }
    expect(written(wishes, 'hosts')).toMatch(/^127\.0\.0\.1\tbox$/m)
  })

  test('without a network it has no way to the host', () => {
    expect(() =>
      written({ addHost: ['box:host-gateway'] }, 'hosts'),
    ).toThrow(/host-gateway and --network none/)
  })

  test('has lines that come and go beside its own', () => {
    written({ addHost: ['db:10.0.0.2'] }, 'hosts')
    appendFileSync(join(folder, 'hosts'), '10.0.0.9\tmine')
    const before = readFileSync(join(folder, 'hosts'), 'utf8')
    changeHosts(folder, { gone: [], here: ['172.30.0.2\tbox web'] })
    const between = readFileSync(join(folder, 'hosts'), 'utf8')
    expect(between).toBe(`${before}\n172.30.0.2\tbox web\n`)
    changeHosts(folder, { gone: ['172.30.0.2\tbox web'], here: [] })
    const after = readFileSync(join(folder, 'hosts'), 'utf8')
    expect(after).toBe(`${before}\n`)
  })

  test("on the host's network it has the host's names", () => {
    const own = readFileSync('/etc/hosts', 'utf8').trim()
    expect(written({ network: 'host' }, 'hosts')).toContain(own)
  })
})

test.each([
  '',
  'db',
  'db:',
  ':1.2.3.4',
  'db:1.2.3',
  'd b:1.2.3.4',
  'a\n:::1',
  'x:1.1.1.1\nevil 2.2.2.2',
  'db:host-gateway2',
  'db:[::1',
  `${'a'.repeat(64)}:1.2.3.4`,
  'a..b:1.2.3.4',
])('the host %j is refused with a hint', (text) => {
  expect(() => readHost(text)).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('db:') }),
  )
})

test.each(['', 'dns', '1.2.3', '1.2.3.4 '])(
  'the server %j is refused',
  (text) => {
    expect(() => readAddress(text)).toThrow(/ask the name server/)
  },
)

test.each([
  ['dnsSearch', '', /search names in ""/],
  ['dnsSearch', 'a b', /search names in "a b"/],
  ['dnsSearch', 'a\nnameserver 6.6.6.6', /search names in/],
  ['dnsSearch', 'x'.repeat(254), /search names in/],
  ['dnsOption', 'ndots:2\nsearch evil', /give the resolver the option/],
  ['dnsOption', 'a b', /give the resolver the option/],
  ['dnsOption', 'ndots:', /give the resolver the option/],
  ['dnsOption', '', /give the resolver the option/],
])('the %s %j is refused', (flag, text, sentence) => {
  expect(() => written({ [flag]: [text] }, 'resolv.conf')).toThrow(sentence)
})
