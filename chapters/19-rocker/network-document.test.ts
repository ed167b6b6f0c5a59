import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import {
  usualRecord,
  writeContainer,
} from '../../test/support/written-container.ts'
import { dataRoot, makeDataRoot } from '../05-overlay/data-root.ts'
import { openContainer } from '../09-containers/container.ts'
import { readState } from '../09-containers/state.ts'
import type { Endpoint } from '../11-network/endpoint-record.ts'
import { writeEndpoints } from '../11-network/endpoints.ts'

import {
  isInNetwork,
  networkNames,
  networkSettings,
} from './network-document.ts'

const { id } = usualRecord
const web: Endpoint = {
  ...{ network: '1'.repeat(64), name: 'web', bridge: 'rk-11111111' },
  ...{ link: 'rkaaaaaaaa.0', device: 'eth0', mac: '02:42:0a:4d:00:02' },
  ...{ address: '10.77.0.2/24', gateway: '10.77.0.1' },
  ...{ address6: 'fd00:77::2/64', gateway6: 'fd00:77::1' },
  ...{ aliases: ['www'], internal: false },
}
const back = { ...web, network: '2'.repeat(64), name: 'back' }

let path = ''
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'network-document-'))
  makeDataRoot(dataRoot(path))
})
afterEach(() => rmSync(path, { recursive: true }))

function made(network: string, endpoints: readonly Endpoint[]) {
  const folder = writeContainer(dataRoot(path), { network })
  if (endpoints.length > 0) writeEndpoints({ folder }, endpoints)
  return openContainer(dataRoot(path), id, folder)
}

test('ps names the networks, and finds a container by each', () => {
  const container = made('web', [web, back])
  expect(networkNames(container)).toEqual(['web', 'back'])
  const found = ['web', 'back', web.network, '2'.repeat(12), '1', 'none']
  expect(found.filter((text) => isInNetwork(container, text))).toEqual(
    found.slice(0, 4),
  )
})

test.each(['none', 'host'])('one with --network %s has that', (mode) => {
  const container = made(mode, [])
  expect(networkNames(container)).toEqual([mode])
  expect(isInNetwork(container, mode)).toBe(true)
  expect(isInNetwork(container, 'web')).toBe(false)
})

test('one that is in the network of another has none itself', () => {
  expect(networkNames(made(`container:${'b'.repeat(64)}`, []))).toEqual([])
})

test('one whose list is damaged is in none, as far as anybody knows', () => {
  const container = made('web', [web])
  writeFileSync(join(container.folder, 'networks.json'), '{')
  expect(networkNames(container)).toEqual([])
  expect(isInNetwork(container, 'web')).toBe(false)
})

test('inspect shows where it is to be reached, as long as it runs', () => {
  const usual = { ...web, name: 'bridge', aliases: [] }
  const container = made('bridge', [usual, back])
  const still = readState(container)
  const place = {
    ...{ IPAddress: '10.77.0.2', IPPrefixLen: 24, Gateway: '10.77.0.1' },
    ...{ GlobalIPv6Address: 'fd00:77::2', GlobalIPv6PrefixLen: 64 },
    ...{ IPv6Gateway: 'fd00:77::1', MacAddress: '02:42:0a:4d:00:02' },
  }
  const runs = { ...still, pid: 4711 }
  expect(networkSettings({ container, state: runs })).toMatchObject({
    ...place,
    SandboxKey: '/proc/4711/ns/net',
    Networks: {
      bridge: { ...place, Aliases: null, DNSNames: null },
      back: {
        ...{ ...place, NetworkID: back.network, Aliases: ['www'] },
        DNSNames: ['web', 'www', 'a'.repeat(12)],
      },
    },
  })
  expect(networkSettings({ container, state: still })).toMatchObject({
    ...{ IPAddress: '', SandboxKey: '', EndpointID: '' },
    Networks: { back: { IPAddress: '', NetworkID: back.network } },
  })
})
