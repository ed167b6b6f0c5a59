// Containers that find each other by name: with musl's resolver, with glibc's
// and with nslookup, each of which asks in a way of its own.

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { dataRoot } from '../../chapters/05-overlay/data-root.ts'
import { allNetworks } from '../../chapters/11-network/network-store.ts'
import { takeDown } from '../../chapters/11-network/remove-network.ts'
import { replyTo, Upstream } from '../support/dns.ts'
import { program } from '../support/programs.ts'
import { type Snapshot, settled, snapshot } from '../support/snapshot.ts'

import { type Installed, install } from './installed.ts'

const waits = 'trap exit TERM; sleep 1000 & wait'
const outside = '10.53.0.1' // a name server of somebody's
const libraries = [
  ...['-v', '/usr/bin/getent:/getent:ro', '-v', '/usr/lib:/lib:ro'],
  ...['-v', '/usr/lib64:/lib64:ro'],
]

let before: Snapshot
let installed: Installed
let upstream: Upstream

function atLoopback(verb: 'add' | 'del'): void {
  const words = ['ip', 'addr', verb, `${outside}/32`, 'dev', 'lo']
  execFileSync('busybox', words, { stdio: 'ignore' })
}

beforeAll(async () => {
  before = await snapshot()
  installed = await install()
  chmodSync(program('lookup'), 0o755)
  atLoopback('add')
  upstream = await new Upstream((asked) => [
    asked.name === 'example.org'
      ? replyTo(asked, {
          addresses: isA(asked.packet) ? ['192.0.2.7'] : [],
        })
      : replyTo(asked, { code: 'NXDOMAIN' }),
  ]).listen(outside)
  await out('network', 'create', '--subnet', '10.88.0.0/24', 'front')
  await out(
    ...['network', 'create', '--internal', '--subnet', '10.89.0.0/24'],
    'back',
  )
  const front = ['--network', 'front', '--dns', outside]
  const tools = ['-v', `${program('lookup')}:/lookup:ro`, ...libraries]
  await start('asker', ...front, ...tools)
  await start('web', ...front, '--network-alias', 'www')
  await start('db', '--network', 'back')
})

afterAll(async () => {
  const ids = (await out('ps', '-aq')).split('\n').filter(Boolean)
  await out('rm', '-f', ...ids)
  for (const network of allNetworks(dataRoot(installed.root)).readable)
    takeDown(network)
  installed.remove()
  if (!before.firewall.some((line) => line.includes('rocker')))
    for (const family of ['inet', 'bridge'])
      execFileSync('nft', ['delete', 'table', family, 'rocker'])
  await upstream?.[Symbol.asyncDispose]()
  atLoopback('del')
  expect(await settled(before)).toEqual(before)
})

/** Whether a packet asks for an address of IPv4. */
function isA(packet: Buffer): boolean {
  const end = packet.indexOf(0, 12)
  return packet.readUInt16BE(end + 1) === 1
}

/** What a command prints; it must not fail. */
async function out(...words: readonly string[]): Promise<string> {
  const { status, out, err } = await installed.rocker(...words)
  if (status === 0) return out.trim()
  throw new Error(`rocker ${words.join(' ')}: ${status}\n${err}`)
}

const start = (name: string, ...flags: readonly string[]) =>
  out('run', '-d', '--name', name, ...flags, 'busybox', 'sh', '-c', waits)

const said = async (name: string, ...words: readonly string[]) => {
  const { out, err } = await installed.rocker(...['exec', name, ...words])
  return `${out}${err}`.trim()
}

const told = (name: string, format: string) =>
  out('inspect', '-f', format, name)

const addressOf = (name: string, network = 'front') =>
  told(name, `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`)

const shortly = () => new Promise((resolve) => setTimeout(resolve, 20))

/** What three ways of asking find in `asker`. */
async function found(name: string): Promise<string[]> {
  const script = `
    echo "$(/lookup ${name})"
    echo $(/getent ahostsv4 ${name} | grep STREAM | cut -d' ' -f1)
    echo $(nslookup ${name} | sed -n '/^Name/,$s/^Address: //p')`
  const { out } = await installed.rocker(
    'exec',
    'asker',
    'sh',
    '-c',
    script,
  )
  return out.split('\n').slice(0, 3)
}

const nowhere = ['Name does not resolve', '', '']
const everywhere = (address: string) => [address, address, address]

describe('a container of the network is found', () => {
  test('by name, alias, short id, each also with the network’s name, whatever the case', async () => {
    const address = await addressOf('web')
    const id = await told('web', '{{.Id}}')
    const names = ['web', 'www', id.slice(0, 12), 'WEB', 'Www.Front']
    for (const name of [...names, 'web.front'])
      expect([name, ...(await found(name))]).toEqual([
        name,
        ...everywhere(address),
      ])
  })

  test('also from a container that shares its network', async () => {
    const words = ['--network', 'container:asker', 'busybox', 'nslookup']
    expect(await out('run', '--rm', ...words, 'www')).toContain(
      await addressOf('web'),
    )
  })

  test('by its address', async () => {
    const address = await addressOf('web')
    expect(await said('asker', 'nslookup', address)).toContain(
      'name = web.front',
    )
  })

  test('by itself in /etc/hosts, and nobody else is there', async () => {
    const hosts = await said('asker', 'cat', '/etc/hosts')
    const id = await told('asker', '{{.Id}}')
    expect(hosts.split('\n').at(-1)).toBe(
      `${await addressOf('asker')}\t${id.slice(0, 12)} asker`,
    )
    expect(hosts).not.toContain('web')
  })

  test('not by others', async () => {
    expect(await found('db')).toEqual(nowhere)
    await start('alone', '--network', 'bridge')
    const script =
      'timeout 1 nslookup web 10.88.0.1 >/dev/null || echo nobody'
    expect(await said('alone', 'sh', '-c', script)).toMatch(/^nobody/)
    await out('rm', '-f', 'alone')
  })
})

describe('a name follows at once', () => {
  test('a stop and a start', async () => {
    const address = await addressOf('web')
    await out('stop', '-t', '0', 'web')
    expect(await found('web')).toEqual(nowhere)
    await out('start', 'web')
    expect(await found('web')).toEqual(everywhere(address))
  })

  test('a rename', async () => {
    const address = await addressOf('web')
    await out('rename', 'web', 'shop')
    expect(await found('shop')).toEqual(everywhere(address))
    expect(await found('web')).toEqual(nowhere)
    expect(await said('shop', 'cat', '/etc/hosts')).toMatch(/ shop$/)
    await out('rename', 'shop', 'web')
  })

  test('a restart that nobody has asked for', async () => {
    await start('again', '--network', 'front', '--restart', 'always')
    const pid = await told('again', '{{.State.Pid}}')
    process.kill(Number(pid), 'SIGKILL')
    const state = '{{.RestartCount}} {{.State.Status}}'
    while ((await told('again', state)) !== '1 running') await shortly()
    expect(await found('again')).toEqual(
      everywhere(await addressOf('again')),
    )
    await out('rm', '-f', 'again')
  })

  test('connect and disconnect, on both sides', async () => {
    await out('network', 'connect', '--alias', 'sql', 'front', 'db')
    const address = await addressOf('db')
    expect(await found('db')).toEqual(everywhere(address))
    expect(await found('sql')).toEqual(everywhere(address))
    const asked = await said('db', 'nslookup', 'web')
    expect(asked).toContain(await addressOf('web'))
    expect(await said('db', 'cat', '/etc/hosts')).toContain(address)
    await out('network', 'disconnect', 'front', 'db')
    expect(await found('db')).toEqual(nowhere)
    expect(await said('db', 'nslookup', 'web')).toMatch(/NXDOMAIN/)
    expect(await said('db', 'cat', '/etc/hosts')).not.toContain(address)
  })

  test('a container of two networks, which knows both', async () => {
    await out('network', 'connect', 'back', 'asker')
    expect(await found('db')).toEqual(
      everywhere(await addressOf('db', 'back')),
    )
    expect(await found('web')).toEqual(everywhere(await addressOf('web')))
    expect(await found('example.org')).toEqual(everywhere('192.0.2.7'))
    await out('network', 'disconnect', 'back', 'asker')
    expect(await found('db')).toEqual(nowhere)
  })

  test('the end of a container that was connected later', async () => {
    await start('late', '--network', 'back')
    await out('network', 'connect', 'front', 'late')
    expect(await found('late')).toEqual(everywhere(await addressOf('late')))
    await out('kill', 'late')
    await out('wait', 'late')
    expect(await found('late')).toEqual(nowhere)
    await out('rm', 'late')
  })

  test('the end of its monitor, with the next command', async () => {
    await start('lost', '--network', 'front')
    const pid = await told('lost', '{{.State.Pid}}')
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const monitor = Number(/^PPid:\t(\d+)/m.exec(status)?.[1])
    process.kill(monitor, 'SIGKILL')
    while ((await told('lost', '{{.State.Status}}')) === 'running')
      await shortly()
    await out('rm', 'lost')
    expect(await found('lost')).toEqual(nowhere)
  })
})

describe('other names', () => {
  test('are those of whom the container asks', async () => {
    expect(await found('example.org')).toEqual(everywhere('192.0.2.7'))
    expect(await found('nobody.test')).toEqual(nowhere)
    expect(await said('asker', 'cat', '/etc/resolv.conf')).toMatch(
      /^nameserver 10\.88\.0\.1\n(search .*\n)?options ndots:0/,
    )
  })

  test('are not there in an internal network', async () => {
    expect(await said('db', 'nslookup', 'example.org')).toMatch(/NXDOMAIN/)
  })

  test('may be the host’s', async () => {
    const id = await start(
      'guest',
      ...['--network', 'front', '--add-host', 'box:host-gateway'],
      ...['--hostname', 'room', '--add-host', 'other=192.0.2.9'],
    )
    const hosts = (await said('guest', 'cat', '/etc/hosts')).split('\n')
    expect(hosts.slice(-3)).toEqual([
      '192.0.2.9\tother',
      '10.88.0.1\tbox',
      `${await addressOf('guest')}\troom guest`,
    ])
    expect(await said('guest', 'ping', '-c1', '-W2', 'box')).toContain(
      '10.88.0.1',
    )
    expect(id).toMatch(/^[0-9a-f]{64}$/)
    await out('rm', '-f', 'guest')
  })
})

test('a host whose server is at its loopback serves the default network, too', async () => {
  const path = join(installed.root, 'resolv.conf')
  writeFileSync(path, 'nameserver 127.0.0.53\n', { mode: 0o644 })
  await using server = await new Upstream((asked) => [
    replyTo(asked, { addresses: isA(asked.packet) ? ['192.0.2.8'] : [] }),
  ]).listen('127.0.0.53')
  execFileSync('mount', ['--bind', path, '/etc/resolv.conf'])
  try {
    const words = ['nslookup', 'example.net']
    const asked = await out(
      ...['run', '--rm', '--network', 'bridge', 'busybox'],
      ...words,
    )
    expect(asked).toContain('Address: 192.0.2.8')
    expect(server.asked.map(({ name }) => name)).toContain('example.net')
  } finally {
    execFileSync('umount', ['/etc/resolv.conf'])
  }
})

test.each([
  ['--add-host', 'x:1.1.1.1\nevil 2.2.2.2', 'add the host'],
  ['--add-host', 'x', 'add the host'],
  ['--dns', '9.9.9', 'ask the name server'],
  ['--dns-search', 'a b', 'search names in'],
  ['--dns-option', 'ndots:2\nsearch evil', 'give the resolver the option'],
  ['--hostname', 'a\nb', 'hostname'],
  ['--hostname', 'a'.repeat(64), 'hostname'],
])(
  '%s %j is refused, and nothing is made',
  async (flag, text, sentence) => {
    const there = async () => [
      await out('ps', '-aq'),
      ...readdirSync(join(installed.root, 'networks'), { recursive: true }),
    ]
    const before = await there()
    const words = ['create', '--network', 'front', flag, text, 'busybox']
    const { status, err } = await installed.rocker(...words)
    expect([status, err]).toEqual([1, expect.stringContaining(sentence)])
    expect(await there()).toEqual(before)
  },
)

test('there is one name server a network, as long as somebody is in it', async () => {
  const servers = () =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        try {
          return readFileSync(join('/proc', pid, 'cmdline'), 'utf8')
        } catch {
          return ''
        }
      })
      .filter((words) => /^[^\0]*\/resolver\0/.test(words))
      .map((words) => words.split('\0')[2])
      .sort()
  expect(servers()).toEqual(['back', 'front'])
  await out('stop', '-t', '0', 'db')
  while (servers().length > 1) await shortly()
  expect(servers()).toEqual(['front'])
})
