import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import {
  usualRecord,
  writeContainer,
} from '../../test/support/written-container.ts'
import { dataRoot, makeDataRoot } from '../05-overlay/data-root.ts'
import { openContainer } from '../09-containers/container.ts'

import { connectNetwork, disconnectNetwork } from './connect-network.ts'
import { createNetwork } from './create-network.ts'
import { readEndpoints } from './endpoints.ts'
import { lease, leasesOf } from './leases.ts'

const { id } = usualRecord
let path = ''
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'connect-network-'))
  makeDataRoot(dataRoot(path))
})
afterEach(() => rmSync(path, { recursive: true, force: true }))

const root = () => dataRoot(path)
const web = () =>
  createNetwork(root(), { name: 'web', subnets: ['10.77.0.0/24'] })

function made(network = 'bridge') {
  const folder = writeContainer(root(), { network })
  return openContainer(root(), id, folder)
}

test('one that does not run is in the network at its next start', async () => {
  const network = await web()
  const container = made()
  const wanted = { network, ip: '10.77.0.9', aliases: ['www'] }
  await connectNetwork(container, wanted)
  expect(readEndpoints(container)).toMatchObject([
    { name: 'web', address: '10.77.0.9/24', aliases: ['www'] },
  ])
  await expect(connectNetwork(container, wanted)).rejects.toThrow(
    'connect web and network web: it is there',
  )
  await disconnectNetwork(container, network, { force: false })
  expect(readEndpoints(container)).toEqual([])
  expect(leasesOf(root(), network.id).size).toBe(0)
  await expect(
    disconnectNetwork(container, network, { force: true }),
  ).rejects.toThrow('disconnect web from network web: it is not there')
})

test('many who connect it at once give it one place', async () => {
  const network = await web()
  const container = made()
  const all = await Promise.allSettled(
    Array.from({ length: 5 }, () => connectNetwork(container, { network })),
  )
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(readEndpoints(container)).toHaveLength(1)
  expect(leasesOf(root(), network.id).size).toBe(1)
})

test('an address that a killed connect has left is given anew', async () => {
  const network = await web()
  await lease(root(), network, { containerId: id })
  const container = made()
  await connectNetwork(container, { network })
  expect([...leasesOf(root(), network.id).keys()]).toEqual(['10.77.0.2'])
})

test('one that has gone meanwhile leaves no address', async () => {
  const network = await web()
  const container = made()
  rmSync(container.folder, { recursive: true })
  await expect(connectNetwork(container, { network })).rejects.toThrow(
    'find container web: there is none',
  )
  expect(leasesOf(root(), network.id).size).toBe(0)
})

test.each(['host', 'none', `container:${'b'.repeat(64)}`])(
  'one with --network %s stays where it is',
  async (mode) => {
    const network = await web()
    const container = made(mode)
    await expect(connectNetwork(container, { network })).rejects.toThrow(
      `connect web: it runs with --network ${mode}`,
    )
    expect(leasesOf(root(), network.id).size).toBe(0)
  },
)
