// The name server of a network: the real one, and the one with sanitizers.
//
// The network is played by addresses of the loopback. A question comes from the
// address that its socket is bound to, as one of a container would.

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from 'vitest'

import {
  type Answerer,
  ask,
  askByStream,
  exchange,
  framed,
  type Question,
  query,
  readReply,
  replyTo,
  Upstream,
} from '../../test/support/dns.ts'
import { patience } from '../../test/support/patience.ts'
import { program } from '../../test/support/programs.ts'
import { randomFrom } from '../../test/support/random.ts'
import { settled, snapshot } from '../../test/support/snapshot.ts'
import { isLocked } from '../01-syscalls/lock.ts'
import { type DataRoot, dataRoot } from '../05-overlay/data-root.ts'
import { findCgroups } from '../06-cgroups/cgroup.ts'
import type { ContainerRecord } from '../09-containers/record.ts'

import type { Endpoint } from './endpoint-record.ts'
import { enterZone, leaveZone, type Servers, zoneFolder } from './names.ts'
import type { NetworkRecord } from './network-record.ts'
import { networkFolder } from './network-store.ts'
import { ensureResolver, resolverPath } from './resolver.ts'

const native = join(import.meta.dirname, '../../native')
const gateway = '172.29.0.1'
const gateway6 = 'fd00:29::1'
const otherGateway = '172.28.0.1'
const [web, db] = ['172.29.0.2', '172.29.0.3']
const web6 = 'fd00:29::2'
const upstreams = ['172.27.0.1', '172.27.0.2']
const stranger = '172.27.0.9'
const own = [gateway, otherGateway, web, db, ...upstreams, stranger]
const way = { from: web, to: gateway }

const base = mkdtempSync(join(tmpdir(), 'names-'))
chmodSync(base, 0o755) // the name server is nobody
const root: DataRoot = dataRoot(base)
const resolvConf = join(base, 'resolv.conf')
const before = await snapshot()
let servers: Upstream[] = []

function address(verb: 'add' | 'del', text: string): void {
  const words = ['ip', 'addr', verb, text, 'dev', 'lo']
  execFileSync('busybox', words, { stdio: 'ignore' })
}

beforeAll(() => {
  execFileSync('make', ['-s', '-C', native, 'sanitized-resolver'])
  for (const one of own) address('add', `${one}/32`)
  for (const one of [gateway6, web6]) address('add', `${one}/128`)
})

afterAll(async () => {
  for (const one of own) address('del', `${one}/32`)
  for (const one of [gateway6, web6]) address('del', `${one}/128`)
  rmSync(base, { recursive: true })
  expect(await settled(before)).toEqual(before)
})

afterEach(async () => {
  for (const server of servers) await server[Symbol.asyncDispose]()
  servers = []
  const pids = pidsOf(base)
  for (const pid of pids) process.kill(pid)
  await until(() => pids.every((pid) => !existsSync(`/proc/${pid}`)))
  rmSync(join(base, 'networks'), { recursive: true, force: true })
})

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 5000 * patience
  while (!holds()) {
    if (Date.now() > end) throw new Error('it has not come to it')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function network(more: Partial<NetworkRecord> = {}): NetworkRecord {
  const record: NetworkRecord = {
    ...{ version: 1, id: 'a'.repeat(64), name: 'lan', driver: 'bridge' },
    ...{
      created: '',
      internal: false,
      ipv6: true,
      labels: {},
      options: {},
    },
    bridge: 'rk-aaaaaaaa',
    subnets: [
      { subnet: '172.29.0.0/16', gateway },
      { subnet: 'fd00:29::/64', gateway: gateway6 },
    ],
    ...more,
  }
  mkdirSync(networkFolder(root, record.id), { recursive: true })
  return record
}

const idOf = (name: string) =>
  Buffer.from(name).toString('hex').padEnd(64, '0')

/** A container that is in the network; answers its id. */
function enter(
  of: NetworkRecord,
  [name, ...aliases]: readonly [string, ...string[]],
  at: { readonly address: string; readonly address6?: string },
  asks: Servers = {},
): string {
  const id = idOf(name)
  const endpoint: Endpoint = {
    ...{ network: of.id, name: of.name, bridge: of.bridge, link: 'rk.0' },
    ...{ device: 'eth0', mac: '', aliases, internal: of.internal },
    address: `${at.address}/16`,
    ...(at.address6 ? { address6: `${at.address6}/64` } : {}),
  }
  const record = { name } as ContainerRecord
  enterZone(root, endpoint, { id, record }, asks)
  return id
}

async function upstream(
  answer: Answerer,
  address = upstreams[0] ?? '',
): Promise<Upstream> {
  const server = await new Upstream(answer).listen(address)
  servers.push(server)
  return server
}

const address10: Answerer = (asked) => [
  replyTo(asked, { addresses: ['10.0.0.1'] }),
]
const fails =
  (code: string): Answerer =>
  (asked) => [replyTo(asked, { code })]
const says = (...addresses: readonly string[]): Answerer => {
  return (asked) => [replyTo(asked, { addresses })]
}

function asksAt(...addresses: readonly string[]): void {
  const lines = addresses.map((one) => `nameserver ${one}\n`)
  writeFileSync(resolvConf, `# of the host\n${lines.join('')}`)
}

/** The processes that serve networks of a folder. */
function pidsOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        return /resolver[^/]*\0/.test(words) && words.includes(folder)
      } catch {
        return false
      }
    })
    .map(Number)
}

describe.each([
  ['the name server', resolverPath()],
  ['the one with sanitizers', join(native, 'build/resolver-sanitized')],
])('%s', (kind, resolver) => {
  const isReal = kind === 'the name server'
  const serve = (of: NetworkRecord) =>
    ensureResolver(root, of, { program: resolver, resolvConf })

  describe('answers', () => {
    async function lan(more: Partial<NetworkRecord> = {}) {
      const of = network(more)
      asksAt()
      enter(of, ['web', 'www', 'twin'], { address: web, address6: web6 })
      enter(of, ['Db_1', 'twin'], { address: db })
      serve(of)
      return of
    }
    const hex6 = 'fd002900000000000000000000000002'.replace('2900', '0029')

    async function comesAndGoes(of: NetworkRecord, times: number) {
      for (let i = 0; i < times; i++) {
        const id = enter(of, ['late'], { address: `172.29.2.${i}` })
        expect((await ask({ name: 'late' }, way)).answers).toEqual([
          `A 172.29.2.${i}`,
        ])
        leaveZone(root, id)
        expect((await ask({ name: 'late' }, way)).code).toBe('NXDOMAIN')
      }
    }

    test('who is called so, and no more than was asked for', async () => {
      const of = await lan({ internal: true })
      const cases: [Question, string, string[]][] = [
        [{ name: 'web' }, 'NOERROR', [`A ${web}`]],
        [{ name: 'WEB.Lan' }, 'NOERROR', [`A ${web}`]],
        [{ name: 'www.lan' }, 'NOERROR', [`A ${web}`]],
        [{ name: idOf('web').slice(0, 12) }, 'NOERROR', [`A ${web}`]],
        [{ name: 'db_1' }, 'NOERROR', [`A ${db}`]],
        [{ name: 'web', type: 'AAAA' }, 'NOERROR', [`AAAA ${hex6}`]],
        [{ name: 'web', type: 'MX' }, 'NOERROR', []],
        [{ name: 'db_1', type: 'AAAA' }, 'NOERROR', []],
        [
          { name: 'web', type: 'ANY' },
          'NOERROR',
          [`A ${web}`, `AAAA ${hex6}`],
        ],
        [{ name: 'nobody' }, 'NXDOMAIN', []],
        [{ name: 'web.other' }, 'NXDOMAIN', []],
        [{ name: 'lan' }, 'NXDOMAIN', []],
        [{ name: 'we' }, 'NXDOMAIN', []],
        [{ name: '.', type: 'NS' }, 'NXDOMAIN', []],
        [
          { name: '2.0.29.172.in-addr.arpa', type: 'PTR' },
          'NOERROR',
          ['PTR web.lan'],
        ],
        [{ name: '2.0.29.172.in-addr.arpa', type: 'A' }, 'NOERROR', []],
        [
          {
            name: `2.${'0.'.repeat(23)}9.2.0.0.0.0.d.f.ip6.arpa`,
            type: 'PTR',
          },
          'NOERROR',
          ['PTR web.lan'],
        ],
        [{ name: '9.9.29.172.in-addr.arpa', type: 'PTR' }, 'NXDOMAIN', []],
      ]
      for (const [question, code, answers] of cases) {
        const reply = await ask(question, way)
        expect([question, reply.code, reply.answers]).toEqual([
          question,
          code,
          answers,
        ])
      }
      expect(pidsOf(networkFolder(root, of.id))).toHaveLength(1)
    })

    test('at the address of IPv6, and by TCP, one after the other', async () => {
      await lan()
      const over6 = { from: web6, to: gateway6 }
      expect((await ask({ name: 'db_1' }, over6)).answers).toEqual([
        `A ${db}`,
      ])
      const replies = await askByStream(
        [{ name: 'web' }, { name: 'db_1', id: 9 }, { name: 'www.lan' }],
        way,
      )
      expect(replies.flatMap(({ answers }) => answers)).toEqual([
        `A ${web}`,
        `A ${db}`,
        `A ${web}`,
      ])
      expect(replies.map(({ id }) => id)).toEqual([0x6162, 9, 0x6162])
    })

    test('all who share a name, each time another one first', async () => {
      await lan()
      const seen = []
      for (let i = 0; i < 4; i++)
        seen.push((await ask({ name: 'twin' }, way)).answers)
      const [first, second] = seen
      expect([...(first ?? [])].sort()).toEqual([`A ${web}`, `A ${db}`])
      expect(second).toEqual([...(first ?? [])].reverse())
      expect(seen.slice(2)).toEqual([first, second])
    })

    test('as much as its asker takes, and says that there is more', async () => {
      const of = network()
      const all = Array.from({ length: 90 }, (_, i) => `172.29.1.${i + 1}`)
      for (const [i, address] of all.entries())
        enter(of, [`n${i}`, 'all'], { address })
      serve(of)
      const short = await ask({ name: 'all' }, way)
      expect([short.isCut, short.length <= 512]).toEqual([true, true])
      const longer = await ask({ name: 'all', udpRoom: 1000 }, way)
      expect([longer.isCut, longer.hasEdns]).toEqual([true, true])
      expect(longer.length).toBeGreaterThan(900)
      expect(longer.length).toBeLessThanOrEqual(1000)
      const [whole] = await askByStream([{ name: 'all' }], way)
      expect(whole?.isCut).toBe(false)
      expect(new Set(whole?.answers).size).toBe(all.length)
    })

    test('with what is true now: who comes, goes, or has another name', async () => {
      const of = await lan({ internal: true })
      await comesAndGoes(of, 50)
    })

    test('with what is true now, where the kernel has no watch for it', async () => {
      const taker = spawn(program('watches'), {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      await once(taker.stdout, 'data')
      const of = await lan({ internal: true })
      await comesAndGoes(of, 20)
      for (const name of ['web', 'Db_1']) leaveZone(root, idOf(name))
      await until(() => pidsOf(base).length === 0)
      taker.stdin.end()
      await once(taker, 'exit')
    })

    test('nobody but its network, and the host by names alone', async () => {
      await lan()
      const packet = query({ name: 'web' })
      const from = { from: stranger, to: gateway }
      expect(await exchange(packet, from, 300)).toBeUndefined()
      await expect(askByStream([{ name: 'web' }], from)).rejects.toThrow()
      const host = { from: gateway, to: gateway }
      expect((await ask({ name: 'web' }, host)).answers).toHaveLength(1)
      expect((await ask({ name: 'example.org' }, host)).code).toBe(
        'REFUSED',
      )
    })

    test.each([
      ['no question', (p: Buffer) => p.fill(0, 4, 6), 'FORMERR'],
      ['two questions', (p: Buffer) => p.fill(2, 5, 6), 'FORMERR'],
      ['a cut name', (p: Buffer) => p.subarray(0, 14), 'FORMERR'],
      [
        'a pointer for a name',
        (p: Buffer) => p.fill(0xc0, 12, 13),
        'FORMERR',
      ],
      ['a long label', (p: Buffer) => p.fill(0x40, 12, 13), 'FORMERR'],
      [
        'a record that is not there',
        (p: Buffer) => p.fill(1, 11, 12),
        'FORMERR',
      ],
      ['another operation', (p: Buffer) => p.fill(0x28, 2, 3), 'NOTIMP'],
      ['a reply', (p: Buffer) => p.fill(0x81, 2, 3), undefined],
      ['half a header', (p: Buffer) => p.subarray(0, 11), undefined],
      ['nothing', (p: Buffer) => p.subarray(0, 0), undefined],
      [
        'a long packet',
        (p: Buffer) => Buffer.concat([p, Buffer.alloc(2000)]),
        undefined,
      ],
    ])('%s with an error, or not at all', async (_, change, code) => {
      await lan()
      const packet = change(query({ name: 'web' }))
      const bytes = await exchange(packet, way, code ? 8000 : 200)
      expect(bytes && readReply(bytes).code).toBe(code)
      expect((await ask({ name: 'web' }, way)).answers).toHaveLength(1)
    })
  })

  describe('asks others', () => {
    function lan(asks: Servers = {}, more: Partial<NetworkRecord> = {}) {
      const of = network(more)
      enter(of, ['web'], { address: web }, asks)
      serve(of)
      return of
    }
    const question = { name: 'example.org' }
    const found = async () => (await ask(question, way)).answers

    test('what it does not know itself, with ids and ports that nobody can guess', async () => {
      const server = await upstream(address10)
      asksAt(upstreams[0] ?? '')
      lan()
      for (let i = 0; i < 20; i++)
        expect(await found()).toEqual(['A 10.0.0.1'])
      const ports = new Set(server.asked.map(({ port }) => port))
      const ids = new Set(server.asked.map(({ id }) => id))
      expect(ports.size).toBeGreaterThan(10)
      expect(ids.size).toBeGreaterThan(10)
    })

    test('each what it is asked, however many ask at once', async () => {
      await upstream((asked) => {
        const last = Number(/\d+/.exec(asked.name)?.[0])
        const reply = replyTo(asked, { addresses: [`10.0.0.${last}`] })
        return last % 2 ? [reply] : [reply, reply]
      })
      asksAt(upstreams[0] ?? '')
      lan()
      const all = await Promise.all(
        Array.from({ length: 100 }, (_, i) =>
          ask({ name: `host${i}.example`, id: i }, way),
        ),
      )
      expect(all.map(({ id, answers }) => [id, answers[0]])).toEqual(
        all.map((_, i) => [i, `A 10.0.0.${i}`]),
      )
    })

    test('whom the host asks now', async () => {
      await upstream(says('10.0.0.1'), upstreams[0])
      await upstream(says('10.0.0.2'), upstreams[1])
      asksAt(upstreams[0] ?? '')
      lan()
      expect(await found()).toEqual(['A 10.0.0.1'])
      asksAt(upstreams[1] ?? '')
      expect(await found()).toEqual(['A 10.0.0.2'])
    })

    test.runIf(isReal)(
      'the next one where the first is not there, is silent, or cannot',
      async () => {
        await upstream(address10, upstreams[1])
        asksAt(...upstreams)
        const of = lan()
        expect(await found()).toEqual(['A 10.0.0.1'])
        for (const answer of [
          () => [],
          ...['SERVFAIL', 'REFUSED', 'NOTIMP'].map(fails),
        ]) {
          leaveZone(root, idOf('web'))
          await until(() => pidsOf(base).length === 0) // it prefers the second
          const first = await upstream(answer, upstreams[0])
          enter(of, ['web'], { address: web })
          serve(of)
          expect(await found()).toEqual(['A 10.0.0.1'])
          expect(first.asked).toHaveLength(1)
          await first[Symbol.asyncDispose]()
          servers = servers.filter((server) => server !== first)
        }
      },
    )

    test.runIf(isReal)(
      'the one that answers first, from then on',
      async () => {
        const first = await upstream(() => [], upstreams[0])
        await upstream(address10, upstreams[1])
        asksAt(...upstreams)
        lan()
        for (let i = 0; i < 5; i++) await found()
        expect(first.asked).toHaveLength(1)
      },
    )

    test.runIf(isReal)(
      'once more, and takes the answer that comes late',
      async () => {
        let times = 0
        const server = await upstream((asked) =>
          ++times < 3 ? [] : address10(asked),
        )
        asksAt(upstreams[0] ?? '')
        lan()
        expect(await found()).toEqual(['A 10.0.0.1'])
        const [first, second] = server.asked
        expect([first?.id, first?.port]).toEqual([second?.id, second?.port])
      },
    )

    test.each([
      ['says no', fails('NXDOMAIN'), 'NXDOMAIN'],
      ['cannot', fails('SERVFAIL'), 'SERVFAIL'],
      ...(isReal ? [['says nothing', () => [], 'SERVFAIL'] as const] : []),
    ] as const)('and says so where it %s', async (_, answer, code) => {
      await upstream(answer)
      asksAt(upstreams[0] ?? '')
      lan()
      expect((await ask(question, way)).code).toBe(code)
    })

    test('and believes nobody who guesses', async () => {
      await upstream((asked) => {
        const lie = replyTo(asked, { addresses: ['6.6.6.6'] })
        const id = Buffer.from(lie)
        id.writeUInt16BE(asked.id ^ 1, 0)
        const name = Buffer.from(lie)
        name.writeUInt8(name.readUInt8(13) ^ 1, 13)
        const query = Buffer.from(lie)
        query.writeUInt8(1, 2)
        return [id, name, query, lie.subarray(0, 20), ...address10(asked)]
      })
      asksAt(upstreams[0] ?? '')
      lan()
      expect(await found()).toEqual(['A 10.0.0.1'])
    })

    test('by TCP where an answer is too long for a packet', async () => {
      const addresses = Array.from(
        { length: 300 },
        (_, i) => `10.1.${i >> 8}.${i & 255}`,
      )
      const server = await upstream((asked) => [
        asked.byStream
          ? replyTo(asked, { addresses })
          : replyTo(asked, { isCut: true }),
      ])
      asksAt(upstreams[0] ?? '')
      lan()
      const short = await ask(question, way)
      expect([short.isCut, short.answers]).toEqual([true, []])
      const [whole] = await askByStream([question], way)
      expect(whole?.answers).toEqual(addresses.map((one) => `A ${one}`))
      expect(server.asked.map(({ byStream }) => byStream)).toEqual([
        false,
        false,
        true,
      ])
    })

    test('and cuts what its asker cannot take', async () => {
      const many = Array.from({ length: 60 }, (_, i) => `10.0.0.${i}`)
      await upstream(says(...many))
      asksAt(upstreams[0] ?? '')
      lan()
      const plain = await ask(question, way)
      expect([plain.isCut, plain.answers]).toEqual([true, []])
      const roomy = await ask({ ...question, udpRoom: 4096 }, way)
      expect([roomy.isCut, roomy.answers.length]).toEqual([false, 60])
    })

    test('not in an internal network', async () => {
      const server = await upstream(address10)
      asksAt(upstreams[0] ?? '')
      lan({}, { internal: true })
      expect((await ask(question, way)).code).toBe('NXDOMAIN')
      expect(server.asked).toEqual([])
    })

    test('not itself, and not what is not to be passed on', async () => {
      asksAt(gateway)
      lan()
      expect((await ask(question, way)).code).toBe('SERVFAIL')
      const alone = { ...question, wantsMore: false }
      expect((await ask(alone, way)).code).toBe('REFUSED')
    })

    test('those of the container that asks, before the host’s', async () => {
      await upstream(says('10.0.0.1'), upstreams[0])
      await upstream(says('10.0.0.2'), upstreams[1])
      asksAt(upstreams[0] ?? '')
      const of = lan({ ask: [upstreams[1] ?? ''] })
      enter(of, ['db'], { address: db })
      expect(await found()).toEqual(['A 10.0.0.2'])
      const other = { ...way, from: db }
      expect((await ask(question, other)).answers).toEqual(['A 10.0.0.1'])
    })

    test('those of its other networks, and for nobody else', async () => {
      await upstream(address10)
      asksAt(upstreams[0] ?? '')
      const other = network({
        ...{ id: 'b'.repeat(64), name: 'back', internal: true },
        subnets: [{ subnet: '172.28.0.0/16', gateway: otherGateway }],
      })
      enter(other, ['secret'], { address: '172.28.0.2' })
      serve(other)
      const of = lan({ also: [otherGateway] })
      enter(of, ['db'], { address: db })
      const both = { name: 'secret' }
      expect((await ask(both, way)).answers).toEqual(['A 172.28.0.2'])
      const full = { name: 'secret.back' }
      expect((await ask(full, way)).answers).toEqual(['A 172.28.0.2'])
      expect(await found()).toEqual(['A 10.0.0.1'])
      const alone = { ...way, from: db }
      expect((await ask(both, alone)).answers).toEqual(['A 10.0.0.1'])
    })
  })

  describe('lives', () => {
    test('once, however many start it', async () => {
      const of = network()
      enter(of, ['web'], { address: web })
      const words = [networkFolder(root, of.id), 'lan', 'open', resolvConf]
      const ends = Array.from({ length: 12 }, () =>
        once(spawn(resolver, [...words, `${gateway}/16`]), 'exit'),
      )
      expect((await Promise.all(ends)).map(([code]) => code)).toEqual(
        ends.map(() => 0),
      )
      expect(pidsOf(base)).toHaveLength(1)
      serve(of)
      expect(pidsOf(base)).toHaveLength(1)
    })

    test('until nobody is in the network', async () => {
      const of = network()
      const id = enter(of, ['web'], { address: web })
      serve(of)
      leaveZone(root, id)
      enter(of, ['db'], { address: db })
      leaveZone(root, idOf('db'))
      await until(() => pidsOf(base).length === 0)
      enter(of, ['web'], { address: web })
      serve(of)
      expect((await ask({ name: 'web' }, way)).answers).toHaveLength(1)
    })

    test('not longer than the network', async () => {
      const of = network()
      enter(of, ['web'], { address: web })
      serve(of)
      rmSync(networkFolder(root, of.id), { recursive: true })
      await until(() => pidsOf(base).length === 0)
    })

    test('again, where it was killed', async () => {
      const of = network()
      enter(of, ['web'], { address: web })
      serve(of)
      for (const pid of pidsOf(base)) process.kill(pid, 'SIGKILL')
      const life = join(networkFolder(root, of.id), 'resolver')
      await until(() => !isLocked(life))
      serve(of)
      expect((await ask({ name: 'web' }, way)).answers).toHaveLength(1)
    })

    test('as nobody’s child, in no cgroup of its caller, and can do nothing', () => {
      const of = network()
      enter(of, ['web'], { address: web })
      serve(of)
      const [pid = 0] = pidsOf(base)
      const status = readFileSync(`/proc/${pid}/status`, 'utf8')
      expect(status).toMatch(/^PPid:\t1$/m)
      expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m)
      expect(status).toMatch(/^CapEff:\t0+$/m)
      expect(status).toMatch(/^NoNewPrivs:\t1$/m)
      const open = readdirSync(`/proc/${pid}/fd`).map((fd) =>
        readlinkSync(`/proc/${pid}/fd/${fd}`),
      )
      const known = /^(\/dev\/null|socket:|anon_inode:)|\/(zone|resolver)$/
      expect(open.filter((target) => !known.test(target))).toEqual([])
      for (const top of findCgroups().roots)
        expect(readFileSync(`${top}/cgroup.procs`, 'utf8')).toMatch(
          new RegExp(`^${pid}$`, 'm'),
        )
    })

    test('with a sentence where another listens at its port', async () => {
      const of = network()
      enter(of, ['web'], { address: web })
      await upstream(address10, '0.0.0.0')
      const comm = readFileSync('/proc/self/comm', 'utf8').trim()
      expect(() => serve(of)).toThrow(
        expect.objectContaining({
          message: `start the name server of network lan: ${gateway}:53 is taken by ${comm} (pid ${process.pid})`,
          hint: expect.stringContaining('bind-interfaces'),
        }),
      )
      expect(pidsOf(base)).toEqual([])
      expect(existsSync(zoneFolder(root, of.id))).toBe(true)
    })

    test.runIf(isReal)(
      'in less than 200 kB, for 100 containers',
      async () => {
        const of = network()
        await upstream(address10)
        asksAt(upstreams[0] ?? '')
        for (let i = 0; i < 100; i++) {
          const names = [`container-${i}`, `service-${i}`, 'all'] as const
          enter(of, [...names], { address: `172.29.3.${i}` })
        }
        serve(of)
        for (let i = 0; i < 100; i++)
          expect(
            (await ask({ name: `service-${i}.lan` }, way)).answers,
          ).toEqual([`A 172.29.3.${i}`])
        await ask({ name: 'example.org' }, way)
        await askByStream([{ name: 'all' }], way)
        const [pid] = pidsOf(base)
        const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
        expect(Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1])).toBeLessThan(200)
      },
    )

    test('on, whatever is sent to it', async () => {
      const of = network()
      await upstream(address10)
      asksAt(upstreams[0] ?? '')
      enter(of, ['web', 'twin'], { address: web, address6: web6 })
      serve(of)
      const pids = pidsOf(base)
      const random = randomFrom(11)
      const below = (most: number) => Math.floor(random() * most)
      const names = [
        'web',
        'twin.lan',
        'example.org',
        '2.0.29.172.in-addr.arpa',
      ]
      const packets = Array.from({ length: 600 }, (_, i) => {
        const name = names[i % names.length] ?? ''
        const packet = query({ name, type: 'ANY', udpRoom: below(65536) })
        for (let times = below(5); times > 0; times--)
          packet.writeUInt8(below(256), below(packet.length))
        return packet.subarray(
          0,
          packet.length - (below(3) ? 0 : below(30)),
        )
      })
      await Promise.all(packets.map((packet) => exchange(packet, way, 30)))
      for (const packet of packets.slice(0, 100)) {
        const bytes = [framed(packet), packet][below(2)]
        spawnStream(bytes ?? packet)
      }
      expect((await ask({ name: 'web' }, way)).answers).toHaveLength(1)
      const [byStream] = await askByStream([{ name: 'web' }], way)
      expect(byStream?.answers).toHaveLength(1)
      expect(pidsOf(base)).toEqual(pids)
    })
  })
})

/** Somebody who says something, and does not wait. */
function spawnStream(bytes: Buffer): void {
  spawnSync('busybox', ['nc', '-w', '1', '-s', web, gateway, '53'], {
    input: bytes,
    timeout: 20,
  })
}

test('no change to a packet makes it read what is not there', () => {
  const rounds = process.env.CI ? 20_000 : 100_000
  const fuzz = join(native, 'build/dns-fuzz')
  const { status, stdout, stderr } = spawnSync(fuzz, [`${rounds}`, '1'], {
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
  expect(Number(stdout)).toBeGreaterThan(rounds / 2)
})
