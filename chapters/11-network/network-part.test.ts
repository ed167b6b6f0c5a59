import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { usualRecord } from '../../test/support/written-container.ts'
import { formatCall } from '../01-syscalls/format-call.ts'
import type { Syscall } from '../01-syscalls/syscall.ts'
import { dataRoot } from '../05-overlay/data-root.ts'
import type { Container } from '../09-containers/container.ts'
import type { Part } from '../09-containers/part.ts'
import type { ContainerRecord } from '../09-containers/record.ts'

import type { Endpoint } from './endpoint-record.ts'
import { writeEndpoints } from './endpoints.ts'
import { networkPart, withNetwork } from './network-part.ts'

const folder = mkdtempSync(join(tmpdir(), 'rocker-part-'))
afterAll(() => rmSync(folder, { recursive: true }))

const endpoint = {
  ...{ network: 'n', name: 'front', address: '172.30.0.2/16' },
  address6: 'fd00::2/64',
} as Endpoint
writeEndpoints({ folder }, [endpoint])

function share(record: Partial<ContainerRecord>) {
  const container = {
    ...{ root: dataRoot('/r'), id: 'a', folder, runFolder: folder },
    record: { ...usualRecord, ...record },
  }
  return networkPart.inside(container as Container)
}

const lines = (calls: readonly Syscall[] = []) => calls.map(formatCall)

describe('a container of a network', () => {
  test('enters it, and keeps no descriptor of it', () => {
    expect(lines(share({ network: 'front' }).child)).toEqual([
      'setns({netns}, CLONE_NEWNET)',
      'close({netns})',
    ])
  })

  test('leaves its monitor without one, as soon as there is a process', () => {
    expect(lines(share({ network: 'front' }).meanwhile)).toEqual([
      'close({netns})',
    ])
  })

  test('gives back its addresses where it is gone with its end', () => {
    const { after, gone } = share({ network: 'front', autoRemove: true })
    const leases = ['172.30.0.2', 'fd00::2'].map((address) =>
      expect.stringContaining(`"/r/networks/n/leases/${address}"`),
    )
    expect(lines(gone)).toEqual(leases)
    expect(lines(after).length).toBeGreaterThan(3)
  })
})

test('one that has another’s network gives back nothing of that', () => {
  expect(share({ network: 'container:b' }).after).toEqual([])
})

test("with the host's network there is nothing", () => {
  expect(share({ network: 'host' })).toEqual({})
})

test('with none it may use all ports of it, as in any other', () => {
  const { child, ...others } = share({ network: 'none' })
  expect(lines(child).map((line) => line.replace(/ +#.*/, ''))).toEqual([
    'switch = openat(AT_FDCWD, "/proc/sys/net/ipv4/ip_unprivileged_port_start", O_WRONLY | O_CLOEXEC)',
    'write({switch}, "0", 1)',
    'close({switch})',
    'switch = openat(AT_FDCWD, "/proc/sys/net/ipv4/ping_group_range", O_WRONLY | O_CLOEXEC)',
    'write({switch}, "0 2147483647", 12)',
    'close({switch})',
  ])
  expect(others).toEqual({})
})

test('it comes before all that has to see its network', () => {
  const parts = ['cgroup', 'namespaces', 'rootfs'].map(
    (name): Part => ({ name, inside: () => ({}) }),
  )
  expect(withNetwork(parts).map(({ name }) => name)).toEqual([
    ...['cgroup', 'network', 'namespaces', 'rootfs'],
  ])
})
