import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { usualRecord } from '../../test/support/written-container.ts'
import { dataRoot } from '../05-overlay/data-root.ts'
import type { Container } from '../09-containers/container.ts'
import { type GivenPort, noteGiven } from '../11-network/given-ports.ts'
import { readExposed, readPublished } from '../11-network/port-option.ts'

import {
  exposedPorts,
  portBindings,
  portMap,
  portsColumn,
} from './port-document.ts'

let runFolder = ''
beforeEach(() => {
  runFolder = mkdtempSync(join(tmpdir(), 'rocker-ports-'))
})
afterEach(() => rmSync(runFolder, { recursive: true }))

const { id } = usualRecord

/** "0.0.0.0:8080:80" of a container that runs. */
function shown(given: string, exposed = '', status = 'running') {
  const words = (text: string) => text.split(' ').filter(Boolean)
  const ports = {
    published: words(given).map(readPublished),
    exposed: words(exposed).map(readExposed),
    all: false,
  }
  noteGiven({ runFolder }, ports.published as readonly GivenPort[])
  const container: Container = {
    ...{ root: dataRoot(runFolder), id, folder: runFolder, runFolder },
    record: { ...usualRecord, ports },
    get spec(): Container['spec'] {
      throw new Error('it has no spec')
    },
  }
  return { container, state: { status: status as 'running' } }
}

describe('PORTS, as docker has it', () => {
  test.each([
    ['', '', ''],
    ['0.0.0.0:8080:80', '', '0.0.0.0:8080->80/tcp'],
    [
      '0.0.0.0:8080:80 [::]:8080:80',
      '',
      '0.0.0.0:8080->80/tcp, :::8080->80/tcp',
    ],
    ['', '443 80', '80/tcp, 443/tcp'],
    ['', '80 81 82 90 81/udp', '80-82/tcp, 81/udp, 90/tcp'],
    ['0.0.0.0:8080:80', '80 443', '443/tcp, 0.0.0.0:8080->80/tcp'],
    [
      '0.0.0.0:81:81 0.0.0.0:80:80 0.0.0.0:83:83',
      '',
      '0.0.0.0:80-81->80-81/tcp, 0.0.0.0:83->83/tcp',
    ],
    ['0.0.0.0:1-65535:1-65535/udp', '', '0.0.0.0:1-65535->1-65535/udp'],
    [
      '0.0.0.0:8000:80 0.0.0.0:8001:81',
      '',
      '0.0.0.0:8000->80/tcp, 0.0.0.0:8001->81/tcp',
    ],
  ])('%s | %s', (given, exposed, column) => {
    expect(portsColumn(shown(given, exposed))).toBe(column)
  })

  test('who does not run has none', () => {
    expect(portsColumn(shown('0.0.0.0:1:1', '80', 'exited'))).toBe('')
    expect(portMap(shown('0.0.0.0:1:1', '80', 'exited'))).toEqual({})
  })
})

test.each(['', '{', '[]', '{"given":7}', '{"given":[null,{}]}', 'null'])(
  'where the file of them is %j none are shown',
  (text) => {
    const damaged = shown('0.0.0.0:8080:80')
    writeFileSync(join(runFolder, 'ports.json'), text)
    expect(portsColumn(damaged)).toBe('')
    expect(portMap(damaged)).toEqual({})
  },
)

test('inspect shows each port, and what leads to it', () => {
  expect(
    portMap(
      shown('0.0.0.0:8080:80 [::]:8080:80 0.0.0.0:1-2:1-2/udp', '443'),
    ),
  ).toEqual({
    '80/tcp': [
      { HostIp: '0.0.0.0', HostPort: '8080' },
      { HostIp: '::', HostPort: '8080' },
    ],
    '1/udp': [{ HostIp: '0.0.0.0', HostPort: '1' }],
    '2/udp': [{ HostIp: '0.0.0.0', HostPort: '2' }],
    '443/tcp': null,
  })
})

test('and how it was asked for', () => {
  const published = ['8080:80', '127.0.0.1::80', '1-3:53/udp', '5-6:7-8']
  const ports = {
    published: published.map(readPublished),
    exposed: [readExposed('80'), readExposed('443')],
    all: true,
  }
  expect(portBindings({ ports })).toEqual({
    '80/tcp': [
      { HostIp: '', HostPort: '8080' },
      { HostIp: '127.0.0.1', HostPort: '' },
    ],
    '53/udp': [{ HostIp: '', HostPort: '1-3' }],
    '7/tcp': [{ HostIp: '', HostPort: '5' }],
    '8/tcp': [{ HostIp: '', HostPort: '6' }],
  })
  expect(Object.keys(exposedPorts(ports) ?? {})).toEqual([
    ...['7/tcp', '8/tcp', '53/udp', '80/tcp', '443/tcp'],
  ])
  expect(portBindings({})).toEqual({})
  expect(exposedPorts(undefined)).toBe(undefined)
})
