import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import {
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
