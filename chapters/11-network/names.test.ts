import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { type DataRoot, dataRoot } from '../05-overlay/data-root.ts'
import type { ContainerRecord } from '../09-containers/record.ts'

import type { Endpoint } from './endpoint-record.ts'
import { enterZone, leaveZone, zoneEntry, zoneFolder } from './names.ts'

const network = 'a'.repeat(64)
const id = `3f2a19c0d1e2${'0'.repeat(52)}`

let root: DataRoot

beforeEach(() => {
  root = dataRoot(mkdtempSync(join(tmpdir(), 'zone-')))
  mkdirSync(join(root.path, 'networks', network), { recursive: true })
})
afterEach(() => rmSync(root.path, { recursive: true }))

function endpoint(more: Partial<Endpoint> = {}): Endpoint {
  return {
    ...{ network, name: 'lan', bridge: 'rk-aaaaaaaa', device: 'eth0' },
    ...{ link: 'rk3f2a19c0.0', mac: '02:42:ac:1e:00:02' },
    ...{ address: '172.30.0.2/16', aliases: [], internal: false },
    ...more,
  }
}

function container(name: string) {
  return { id, record: { name } as ContainerRecord }
}

describe('an entry says', () => {
  test.each([
    ['its addresses and names', {}, {}, ['web', '3f2a'], ['web 3f2a']],
    ['a name once', {}, {}, ['web', 'db', 'web'], ['web db']],
    [
      'whom it asks',
      {},
      { ask: ['9.9.9.9', '::1'] },
      ['web'],
      ['web', 'ask 9.9.9.9 ::1'],
    ],
    [
      'who knows more',
      {},
      { also: ['172.31.0.1'] },
      ['web'],
      ['web', 'also 172.31.0.1'],
    ],
  ])('%s', (_, more, servers, names, [first, ...others]) => {
    expect(zoneEntry(endpoint(more), names, servers)).toBe(
      [`172.30.0.2 - ${first}`, ...others, ''].join('\n'),
    )
  })

  test('an address of IPv6 too', () => {
    const both = endpoint({ address6: 'fd00:30::2/64' })
    expect(zoneEntry(both, ['web'])).toBe('172.30.0.2 fd00:30::2 web\n')
  })

  test.each(['', 'a b', 'web\nask 6.6.6.6', '-', 'a/b', 'ü', 'a\0'])(
    'never the name %j',
    (name) => {
      expect(() => zoneEntry(endpoint(), ['web', name])).toThrow(
        /know a container as/,
      )
    },
  )

  test('no more than the resolver reads', () => {
    const names = Array.from({ length: 400 }, (_, i) => `name-is-${i}`)
    expect(() => zoneEntry(endpoint(), names)).toThrow(/400 names/)
  })
})

describe('a container', () => {
  test('is known by name, alias and short id while it is there', () => {
    const there = endpoint({ aliases: ['db', 'sql'] })
    enterZone(root, there, container('web'))
    const folder = zoneFolder(root, network)
    expect(readFileSync(join(folder, id), 'utf8')).toBe(
      '172.30.0.2 - web db sql 3f2a19c0d1e2\n',
    )
    leaveZone(root, id)
    leaveZone(root, id)
    expect(readdirSync(folder)).toEqual([])
  })

  test('has its new name alone when it has another', () => {
    enterZone(root, endpoint(), container('web'))
    enterZone(root, endpoint(), container('old-web'))
    const folder = zoneFolder(root, network)
    expect(readdirSync(folder)).toEqual([id])
    expect(readFileSync(join(folder, id), 'utf8')).toMatch(
      / - old-web 3f2a/,
    )
  })

  test('has no name in the default network', () => {
    enterZone(root, endpoint({ name: 'bridge' }), container('web'))
    expect(readFileSync(join(zoneFolder(root, network), id), 'utf8')).toBe(
      '172.30.0.2 -\n',
    )
  })

  test('does not make a network that is gone', () => {
    const gone = endpoint({ network: 'b'.repeat(64) })
    expect(() => enterZone(root, gone, container('web'))).toThrow(/ENOENT/)
  })
})
