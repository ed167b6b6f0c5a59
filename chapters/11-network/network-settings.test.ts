import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { readNetworkSettings } from './network-settings.ts'
import { formatRange } from './subnet.ts'

const folder = mkdtempSync(join(tmpdir(), 'network-settings-'))
const ROCKER_CONFIG = join(folder, 'daemon.json')
afterAll(() => rmSync(folder, { recursive: true }))

function read(text: string) {
  writeFileSync(ROCKER_CONFIG, text)
  return readNetworkSettings({ ROCKER_CONFIG })
}

test.each([
  ['{}', 'bridge'],
  ['{"bridge":""}', 'bridge'],
  ['{"bridge":"none"}', 'none'],
])('with %s a container is in the network %s', (text, network) => {
  expect(read(text).defaultNetwork).toBe(network)
})

test('the pools of subnets are its owner’s', () => {
  const base = { base: '10.201.7.0/16', size: 24 }
  const base6 = { base: 'fd00:30::/48', size: 64 }
  const { pools } = read(
    JSON.stringify({ 'default-address-pools': [base, base6] }),
  )
  expect(pools.map(({ base, size }) => [formatRange(base), size])).toEqual([
    ['10.201.0.0/16', 24],
    ['fd00:30::/48', 64],
  ])
})

test.each([
  ['{"bridge":"br0"}', /bridge "br0"/],
  ['{"bridge":5}', /bridge of .*: not a text/],
  ['{"default-address-pools":{}}', /pools of .*: not a list/],
  ['{"default-address-pools":[5]}', /pools of .*: not an object/],
  ['{"default-address-pools":[{"base":"10.0.0.0"}]}', /"10.0.0.0"/],
  [
    '{"default-address-pools":[{"base":"10.0.0.0/16","size":8}]}',
    /"size":8/,
  ],
  [
    '{"default-address-pools":[{"base":"10.0.0.0/16","size":31}]}',
    /"size":31/,
  ],
  [
    '{"default-address-pools":[{"base":"10.0.0.0/16","size":"24"}]}',
    /"size":"24"/,
  ],
])('%s is refused', (text, sentence) => {
  expect(() => read(text)).toThrow(sentence)
})
