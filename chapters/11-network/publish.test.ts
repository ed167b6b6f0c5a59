import { describe, expect, test } from 'vitest'

import type { ContainerPorts } from '../09-containers/record.ts'

import { holderOf, type Taken } from './port-claim.ts'
import { readExposed, readPublished } from './port-option.ts'
import { type Giving, givePorts } from './publish.ts'

const taken = (text: string, inode?: string): Taken => {
  const { address, protocol, host = [0, 0] } = readPublished(text)
  const owner = inode ? { inode } : { container: '5e6f7a8b9c0d' }
  return { address, protocol, host, owner }
}

const giving = (different: Partial<Giving> = {}): Giving => ({
  ...{ has6: false, taken: [], earlier: [] },
  nameOf: () => 'container web has it',
  onHost: () => undefined,
  ...different,
})

const ports = (
  published: readonly string[],
  more: Partial<ContainerPorts> = {},
): ContainerPorts => ({
  published: published.map(readPublished),
  exposed: [],
  all: false,
  ...more,
})

/** "0.0.0.0:8080->80/tcp" */
const given = (wanted: ContainerPorts, different?: Partial<Giving>) =>
  givePorts(wanted, giving(different)).map(
    ({ address, host, container, protocol }) =>
      `${address}:${host.join('-')}->${container.join('-')}/${protocol}`,
  )

describe('who asks for a port gets it', () => {
  test.each<[string, Partial<Giving>, string[]]>([
    ['8080:80', {}, ['0.0.0.0:8080-8080->80-80/tcp']],
    [
      '8080:80',
      { has6: true },
      ['0.0.0.0:8080-8080->80-80/tcp', ':::8080-8080->80-80/tcp'],
    ],
    ['127.0.0.1:53:53/udp', {}, ['127.0.0.1:53-53->53-53/udp']],
    ['0.0.0.0:53:53', { has6: true }, ['0.0.0.0:53-53->53-53/tcp']],
    ['[::]:53:53', { has6: true }, [':::53-53->53-53/tcp']],
    ['1-65535:1-65535', {}, ['0.0.0.0:1-65535->1-65535/tcp']],
    ['1-65535', {}, ['0.0.0.0:1-65535->1-65535/tcp']],
    [
      '8000-8009:80',
      { taken: [taken('0.0.0.0:8000-8002:1-3')] },
      ['0.0.0.0:8003-8003->80-80/tcp'],
    ],
  ])('%s', (text, different, found) => {
    expect(given(ports([text]), different)).toEqual(found)
  })

  test('-P publishes what is exposed and not published', () => {
    const exposed = ['80', '443'].map(readExposed)
    const found = given(ports(['8080:80'], { exposed, all: true }))
    expect(found).toEqual([
      '0.0.0.0:8080-8080->80-80/tcp',
      expect.stringMatching(/^0\.0\.0\.0:\d{5}-\d{5}->443-443\/tcp$/),
    ])
  })

  test('without -P it stays closed', () => {
    const exposed = [readExposed('443')]
    expect(given(ports([], { exposed }))).toEqual([])
  })
})

describe('who asks for any port', () => {
  test('gets one for each, and none twice', () => {
    const hosts = givePorts(ports(['1-100', '1-100/udp']), giving())
      .filter(({ protocol }) => protocol === 'tcp')
      .map(({ host }) => host[0])
    expect(new Set(hosts).size).toBe(100)
    expect(Math.min(...hosts)).toBeGreaterThan(1024)
  })

  test('gets the same one of both families', () => {
    const [four, six] = givePorts(ports(['80']), giving({ has6: true }))
    expect(six?.host).toEqual(four?.host)
  })

  test('gets what it had in this run', () => {
    const earlier = givePorts(ports(['80', '81']), giving())
    const again = givePorts(ports(['80', '81']), giving({ earlier }))
    expect(again).toEqual(earlier)
  })

  test('gets what is left', () => {
    const others = [taken('0.0.0.0:1-40000:1-40000')]
    others.push(taken('0.0.0.0:40002-65535:40002-65535'))
    expect(given(ports(['80']), { taken: others })).toEqual([
      '0.0.0.0:40001-40001->80-80/tcp',
    ])
  })
})

describe('who asks for a port that another has is told so', () => {
  test.each<[string, Taken, string]>([
    ['8080:80', taken('0.0.0.0:8080:1'), '0.0.0.0:8080/tcp'],
    ['8080:80', taken('127.0.0.1:8080:1'), '0.0.0.0:8080/tcp'],
    ['127.0.0.1:8080:80', taken('0.0.0.0:8080:1'), '127.0.0.1:8080/tcp'],
    ['127.0.0.1:8080:80', taken('127.0.0.1:8080:1'), '127.0.0.1:8080/tcp'],
    [
      '8080:80',
      taken('0.0.0.0:8000-9000:1-1001'.replace('1-1001', '8000-9000')),
      '0.0.0.0:8080/tcp',
    ],
    ['1-65535:1-65535', taken('0.0.0.0:22:22', '7'), '0.0.0.0:1-65535/tcp'],
    ['8080:80', taken('[::]:8080:1', '7'), '0.0.0.0:8080/tcp'],
  ])('-p %s, where %j is taken', (text, other, place) => {
    expect(() => given(ports([text]), { taken: [other] })).toThrow(
      expect.objectContaining({
        code: 'busy',
        message: `publish ${place}: container web has it`,
        hint: 'take another port of the host, as in -p 8081:80',
        exitCode: 125,
      }),
    )
  })

  test.each<[string, Taken]>([
    ['8080:80', taken('0.0.0.0:8081:1')],
    ['8080:80', taken('0.0.0.0:8080:1/udp')],
    ['127.0.0.1:8080:80', taken('127.0.0.2:8080:1')],
    ['8080:80', taken('[::]:8080:1')],
    ['8080:80', taken('[::1]:8080:1', '7')],
  ])('-p %s goes with %j', (text, other) => {
    expect(given(ports([text]), { taken: [other] })).toHaveLength(1)
  })

  test('also of its own', () => {
    expect(() => given(ports(['8080:80', '8080:81']))).toThrow(
      'publish 0.0.0.0:8080/tcp',
    )
  })

  test('or that all of a range are', () => {
    const others = [taken('0.0.0.0:8000-8009:8000-8009')]
    expect(() => given(ports(['8000-8009:80']), { taken: others })).toThrow(
      'publish a port: of 8000-8009 none is free',
    )
  })
})

test.each([
  [
    '[::1]:8080:80',
    {},
    'publish port 80/tcp at ::1: the container has no IPv6',
  ],
  [
    '[::1]:8080:80',
    { has6: true },
    'publish port 80/tcp at ::1: answers would not find their way back to it',
  ],
  [
    '192.0.2.77:8080:80',
    {},
    'publish port 80/tcp at 192.0.2.77: the host does not have this address',
  ],
])('-p %s, of %j, is refused', (text, different, message) => {
  expect(() => given(ports([text]), different)).toThrow(
    expect.objectContaining({ message, hint: expect.stringMatching(/\S/) }),
  )
})

test('a claim is held by the first that has some of it', () => {
  const all = [taken('0.0.0.0:1:1'), taken('0.0.0.0:5:5')]
  const claim = { protocol: 'tcp', address: '0.0.0.0' } as const
  expect(holderOf(all, { ...claim, host: [2, 4] })).toBe(undefined)
  expect(holderOf(all, { ...claim, host: [2, 5] })).toBe(all[1])
})
