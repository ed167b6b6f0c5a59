// What a container has in the firewall, from its start to its end.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { datagram } from '../../test/support/frames.ts'
import {
  forgetRules,
  type Member,
  type NetworkWorld,
  networkWorld,
} from '../../test/support/network-world.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../test/support/snapshot.ts'

import { admit, expel } from './admit.ts'
import { readGiven } from './given-ports.ts'
import type { NetworkRecord } from './network-record.ts'
import { readPublished } from './port-option.ts'

let before: Snapshot
let world: NetworkWorld
let front: NetworkRecord

beforeEach(async () => {
  forgetRules()
  before = await snapshot()
  world = await networkWorld()
  world.ensure()
  front = world.network(77)
})
afterEach(async () => {
  await world?.[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

const nft = (text: string) =>
  execFileSync('nft', text.split(' '), { encoding: 'utf8' })
const rules = () => nft('--stateless list ruleset')
/** Admitted once more, with these ports. */
const again = ({ container, endpoint }: Member, ...ports: string[]) =>
  admit(
    {
      ...container,
      record: {
        ...container.record,
        ports: {
          published: ports.map(readPublished),
          exposed: [],
          all: false,
        },
      },
    },
    [endpoint],
  )

describe('after a life the firewall is as before', () => {
  test.each([
    [[]],
    [['8080:80']],
    [['8080:80', '127.0.0.1::53/udp', '80', '[::]:8081:81']],
    [['4001-65535:4001-65535', '1-3999:1-3999/udp']],
    [['1-500:1001-1500']],
  ])('of one with -p %j', async (ports) => {
    await world.member('peer', front)
    const was = rules()
    const web = await world.member('web', front, ports)
    expect(rules()).not.toBe(was)
    world.expel(web)
    expect(rules()).toBe(was)
    world.expel(web) // by a sweep, which knows nothing of it
    expect(rules()).toBe(was)
  })

  test('also where some of it was gone', async () => {
    await world.member('peer', front)
    const was = rules()
    const web = await world.member('web', front, ['8080:80'])
    nft(`delete element bridge rocker ports { ${web.endpoint.link} }`)
    world.expel(web)
    expect(rules()).toBe(was)
  })
})

test.each([
  '',
  'rubbish',
  'rubbish that is longer than a header',
  '\x14\0\0\0\x0e\x0a\0\0\0\0\0\0\0\0\0\0\x01\0\0\0',
])('a file of what to undo that is damaged, %j, harms nobody', (text) => {
  const was = rules()
  expel(Buffer.from(text, 'latin1'))
  expect(rules()).toBe(was)
})

test('who is admitted once more has what is asked for now', async () => {
  const web = await world.member('web', front, ['8080:80', '81'])
  const [, , any] = readGiven(web.container)
  again(web, '8080:90', '81')
  const [first, , third] = readGiven(web.container)
  expect(first).toMatchObject({ host: [8080, 8080], container: [90, 90] })
  expect(third).toEqual(any)
})

describe('a port that is taken', () => {
  test('by a container is refused', async () => {
    await world.member('web', front, ['8080:80'])
    const other = await world.member('other', front)
    const was = rules()
    expect(() => again(other, '8081:80', '8080:80')).toThrow(
      /^publish 0\.0\.0\.0:8080\/tcp: container \w{12} of another data root has it$/,
    )
    expect(rules()).toBe(was)
  })

  test('by a process is refused, and the process is named', async () => {
    const server = createServer().listen(8080, '127.0.0.1')
    await once(server, 'listening')
    try {
      const other = await world.member('other', front)
      expect(() => again(other, '8080:80')).toThrow(
        new RegExp(
          `^publish 0.0.0.0:8080/tcp: .+ \\(pid ${process.pid}\\) listens there$`,
        ),
      )
      again(other, '127.0.0.2:8080:80', '8080:80/udp')
    } finally {
      server.close()
    }
  })

  test('by one that has ended is free', async () => {
    const web = await world.member('web', front, [
      '8080:80',
      '9000-9001:9000-9001',
    ])
    execFileSync('ip', ['link', 'del', web.endpoint.link])
    const other = await world.member('other', front)
    again(other, '8080:80', '9000:80')
    expect(rules()).not.toContain(web.container.id.slice(0, 12))
  })

  test('is given to one of several that want it', async () => {
    const members: Member[] = []
    for (let i = 0; i < 4; i++)
      members.push(await world.member(`web${i}`, front))
    const script = `
      import { admit } from '${import.meta.dirname}/admit.ts'
      const [container, endpoint] = JSON.parse(process.argv[1])
      try { admit(container, [endpoint]) }
      catch (error) { process.exit(error.code === 'busy' ? 3 : 4) }`
    const ports = {
      published: ['8080', '127.0.0.1:8080'].map((host) =>
        readPublished(`${host}:80`),
      ),
    }
    const ended = members.map(({ container, endpoint }, i) => {
      const published = ports.published.slice(i % 2, (i % 2) + 1)
      const record = { ...container.record, ports: { published } }
      const { root, id, runFolder } = container
      const what = JSON.stringify([
        { root, id, runFolder, record },
        endpoint,
      ])
      const words = ['--input-type=module', '-e', script, what]
      return once(
        spawn(process.execPath, words, { stdio: 'inherit' }),
        'exit',
      )
    })
    const codes = (await Promise.all(ended)).map(([code]) => code)
    // one for all addresses, or the first of those for 127.0.0.1
    expect(codes.toSorted()).toEqual([0, 3, 3, 3])
    for (const { container } of members)
      expel(again({ container, endpoint: members[0]?.endpoint } as Member))
  })
})

describe('who has sent datagrams before', () => {
  let outsider: Member
  const send = async (web: Member, port: number) => {
    web.heard.length = 0
    const { mac: fromMac } = outsider.endpoint
    const toMac = '02:42:aa:aa:aa:99'
    const [from, to] = [outsider.address, '192.0.2.1']
    outsider.send(datagram({ fromMac, toMac, from, to }, port))
    await world.host.ask('udp', web.address)
    return web.heard.includes(from)
  }
  beforeEach(async () => {
    outsider = await world.outsider()
    const heard = () => outsider.ask('udp', '192.0.2.1', 4000)
    await vi.waitUntil(heard) // its cable has just been plugged in
  })

  // each another port: the kernel remembers the last test as well
  test.each([
    [8080, '8080:5000/udp'],
    [8090, '8010-8110:4920-5020/udp'],
  ])('to %d is heard by one with -p %s', async (port, published) => {
    const web = await world.member('web', front)
    expect(await send(web, port)).toBe(false)
    const element = `udp . ${port} : ${web.address} . 5000`
    nft(`add element inet rocker published4 { ${element} }`)
    expect(await send(web, port)).toBe(false)
    nft(`delete element inet rocker published4 { ${element} }`)
    const undo = again(web, published)
    expect(await send(web, port)).toBe(true)
    expel(undo)
  })

  test('is not heard by another one at the same address', async () => {
    const web = await world.member('web', front, ['8070:5000/udp'])
    expect(await send(web, 8070)).toBe(true)
    world.expel(web)
    expect(await send(web, 8070)).toBe(true)
    const undo = again(web, '8071:53/udp')
    expect(await send(web, 8070)).toBe(false)
    expel(undo)
  })
})
