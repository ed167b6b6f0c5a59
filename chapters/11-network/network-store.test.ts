import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { storeFiles } from '../../test/support/store-files.ts'
import { writeContainer } from '../../test/support/written-container.ts'
import { dataRoot, makeDataRoot } from '../05-overlay/data-root.ts'

import { createNetwork, defaultNetwork } from './create-network.ts'
import {
  planEndpoint,
  planEndpoints,
  readEndpoints,
  writeEndpoints,
} from './endpoints.ts'
import { forgetLeases, giveBack, lease, leasesOf } from './leases.ts'
import {
  allNetworks,
  findNetwork,
  networkFolder,
  networkNamed,
} from './network-store.ts'

let path = ''
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'rocker-networks-'))
  makeDataRoot(dataRoot(path))
})
afterEach(() => {
  rmSync(path, { recursive: true, force: true })
  vi.unstubAllEnvs()
})

const root = () => dataRoot(path)
const container = (digit: string) => digit.repeat(64)
const make = (name: string, subnet?: string, more = {}) =>
  createNetwork(root(), { name, ...more, subnets: subnet ? [subnet] : [] })

describe('a network', () => {
  test('is made, and found by its name, its id and the start of that', async () => {
    const web = await make('web', '10.9.0.0/16', { labels: { a: 'b' } })
    expect(web).toEqual({
      ...{ version: 1, id: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ...{ name: 'web', created: expect.stringMatching(/^20.*Z$/) },
      ...{ driver: 'bridge', internal: false, ipv6: false, options: {} },
      subnets: [{ subnet: '10.9.0.0/16', gateway: '10.9.0.1' }],
      labels: { a: 'b' },
      bridge: `rk-${web.id.slice(0, 8)}`,
    })
    for (const text of ['web', web.id, web.id.slice(0, 12)])
      expect(findNetwork(root(), text)).toEqual(web)
    for (const text of ['nope', '', '../web', 'g', 'names'])
      expect(() => findNetwork(root(), text)).toThrow(
        `find network ${text}: there is none`,
      )
  })

  test('has a subnet that no other has', async () => {
    await make('a', '172.30.0.0/24')
    const [b, c] = await Promise.all([make('b'), make('c')])
    expect([b, c].map(({ subnets }) => subnets[0]?.subnet).sort()).toEqual([
      '10.208.0.0/20',
      '172.31.0.0/16',
    ])
    await expect(make('d', '172.30.0.0/16')).rejects.toThrow(
      'use the subnet 172.30.0.0/16: it overlaps 172.30.0.0/24 of network a',
    )
    await expect(make('a')).rejects.toThrow(
      'make network a: there is one of this name',
    )
    expect(allNetworks(root()).readable.map(({ name }) => name)).toEqual([
      ...['a', 'b', 'c'],
    ])
  })

  test('has one of IPv6, if that is wanted', async () => {
    const { subnets, id } = await make('six', undefined, { ipv6: true })
    expect(subnets[1]?.subnet.startsWith(`fd${id.slice(2, 4)}:`)).toBe(true)
  })

  test('cannot have the bridge of another, or a device of the host', async () => {
    const options = (name: string) => ({
      options: { 'com.docker.network.bridge.name': name },
    })
    await make('a', undefined, options('br-a'))
    await expect(make('b', undefined, options('br-a'))).rejects.toThrow(
      'make the bridge br-a: network a has it',
    )
    await expect(make('b', undefined, options('lo'))).rejects.toThrow(
      'make the bridge lo: there is such a device',
    )
  })

  test('that is the default one is made once, whoever needs it first', async () => {
    const all = await Promise.all(
      Array.from({ length: 5 }, () => defaultNetwork(root())),
    )
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    expect(all[0]?.name).toBe('bridge')
    expect(networkNamed(root(), 'bridge')).toEqual(all[0])
  })

  test('whose name a crash left alone does not stop another', async () => {
    await make('other')
    symlinkSync(container('e'), join(path, 'networks/names/web'))
    expect((await make('web')).name).toBe('web')
  })

  test('that is damaged costs the others nothing', async () => {
    const { id } = await make('a')
    await make('b')
    for (const text of [
      '{',
      '{"version":2}',
      `{"version":1,"id":"${id}"}`,
    ]) {
      writeFileSync(join(networkFolder(root(), id), 'network.json'), text)
      const { readable, damaged } = allNetworks(root())
      expect(readable.map(({ name }) => name)).toEqual(['b'])
      expect(damaged).toEqual([
        expect.objectContaining({ code: 'damaged' }),
      ])
    }
  })

  test('that is refused leaves nothing', async () => {
    await make('a', '10.9.0.0/16')
    const before = storeFiles(path)
    await expect(make('b', '10.9.0.0/24')).rejects.toThrow(/overlaps/)
    expect(storeFiles(path)).toEqual(before)
  })
})

describe('an address', () => {
  test('is the lowest that is free, and never that of the network', async () => {
    const web = await make('web', '10.9.0.0/29')
    const next = () => lease(root(), web, { containerId: container('a') })
    writeContainer(root())
    const all = []
    for (let i = 0; i < 5; i++) all.push((await next()).address)
    expect(all).toEqual([2, 3, 4, 5, 6].map((n) => `10.9.0.${n}/29`))
    await expect(next()).rejects.toThrow(
      'lease an address of network web: all of 10.9.0.0/29 are taken',
    )
    giveBack(root(), web.id, ['10.9.0.4/29'])
    expect((await next()).address).toBe('10.9.0.4/29')
  })

  test('of a container that is gone is free', async () => {
    const web = await make('web', '10.9.0.0/30')
    const gone = { containerId: container('f') }
    await lease(root(), web, gone)
    const mine = { containerId: container('a') }
    expect((await lease(root(), web, mine)).address).toBe('10.9.0.2/30')
    const wanted = { containerId: container('b'), ip: '10.9.0.2' }
    expect((await lease(root(), web, wanted)).address).toBe('10.9.0.2/30')
    expect([...leasesOf(root(), web.id)]).toEqual([
      ['10.9.0.2', container('b')],
    ])
  })

  test('is of the range that was asked for; others are given by name', async () => {
    const web = await make('web', '10.9.0.0/16', {
      ipRanges: ['10.9.5.0/30'],
    })
    const one = (ip?: string) =>
      lease(root(), web, { containerId: container('a'), ip })
    expect((await one()).address).toBe('10.9.5.0/16')
    expect((await one('10.9.77.7')).address).toBe('10.9.77.7/16')
  })

  test('is of each family, or there is none', async () => {
    const six = await createNetwork(root(), {
      ...{ name: 'six', ipv6: true },
      subnets: ['10.9.0.0/16', 'fd00:30::/64'],
    })
    const containerId = container('a')
    const both = await lease(root(), six, { containerId })
    expect(both).toEqual({
      address: '10.9.0.2/16',
      address6: 'fd00:30::2/64',
    })
    await expect(
      lease(root(), six, { containerId, ip6: 'fd00:31::9' }),
    ).rejects.toThrow(/none of fd00:30::\/64$/)
    expect(leasesOf(root(), six.id).size).toBe(2)
  })

  test.each([
    ['10.9.0.0', /none of 10.9.0.0\/16/],
    ['10.9.255.255', /none of/],
    ['10.8.0.1', /none of/],
    ['foo', /lease foo of network web: it is none of/],
    ['10.9.0.1', /the gateway has it$/],
    ['10.9.0.2', /container aaaaaaaaaaaa has it$/],
  ])('%s is refused', async (ip, sentence) => {
    const web = await make('web', '10.9.0.0/16')
    writeContainer(root())
    await lease(root(), web, { containerId: container('a') })
    const wishes = { containerId: container('b'), ip }
    await expect(lease(root(), web, wishes)).rejects.toThrow(sentence)
  })

  test('is given to one of many that want it', async () => {
    const web = await make('web', '10.9.0.0/16')
    const all = await Promise.all(
      Array.from({ length: 20 }, () =>
        lease(root(), web, { containerId: container('a') }),
      ),
    )
    expect(new Set(all.map(({ address }) => address)).size).toBe(20)
    forgetLeases(root(), container('a'))
    expect(leasesOf(root(), web.id).size).toBe(0)
  })
})

describe('a container’s places in its networks', () => {
  test('are planned, written down and read', async () => {
    const web = await make('web', '10.9.0.0/16')
    const shut = await make('shut', '10.10.0.0/16', { internal: true })
    const id = container('a')
    const folder = writeContainer(root())
    const planned = await planEndpoints(root(), id, [
      { network: web, aliases: ['www'], mac: '02:00:00:00:00:07' },
      { network: shut, ip: '10.10.0.9' },
    ])
    expect(planned).toEqual([
      {
        ...{ network: web.id, name: 'web', bridge: web.bridge },
        ...{ link: 'rkaaaaaaaa.0', device: 'eth0' },
        ...{ mac: '02:00:00:00:00:07', address: '10.9.0.2/16' },
        ...{ gateway: '10.9.0.1', aliases: ['www'], internal: false },
      },
      {
        ...{ network: shut.id, name: 'shut', bridge: shut.bridge },
        ...{ link: 'rkaaaaaaaa.1', device: 'eth1' },
        ...{ mac: '02:42:0a:0a:00:09', address: '10.10.0.9/16' },
        ...{ aliases: [], internal: true },
      },
    ])
    writeEndpoints({ folder }, planned)
    expect(readEndpoints({ folder })).toEqual(planned)
    const beside = planned.slice(1)
    const again = { id, wanted: { network: web }, beside }
    expect((await planEndpoint(root(), again)).device).toBe('eth0')
  })

  test('are once in each network, at an address of a chosen subnet', async () => {
    const network = await make('web')
    const id = container('a')
    const plan = (...wishes: object[]) =>
      planEndpoints(
        root(),
        id,
        wishes.map((wish) => ({ network, ...wish })),
      )
    await expect(plan({}, {})).rejects.toThrow(
      'be in the network web twice',
    )
    for (const wish of [{ ip: '172.30.0.9' }, { ip6: 'fd00::9' }])
      await expect(plan(wish)).rejects.toThrow(/nobody chose its subnet$/)
    expect(leasesOf(root(), network.id).size).toBe(0)
  })

  test('are none, where none were written', () => {
    expect(readEndpoints({ folder: writeContainer(root()) })).toEqual([])
  })

  test('leave no lease when one network has no room', async () => {
    const web = await make('web', '10.9.0.0/16')
    const db = await make('db', '10.10.0.0/16')
    const wishes = [{ network: web }, { network: db, ip: '10.8.0.1' }]
    await expect(
      planEndpoints(root(), container('a'), wishes),
    ).rejects.toThrow(/none of/)
    expect(leasesOf(root(), web.id).size).toBe(0)
  })
})
