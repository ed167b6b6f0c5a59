// Servers and clients as Debian has them, in two and twenty containers: nginx,
// a UDP echo of socat, curl, wrk, iperf3, getent and two kinds of nslookup.
//
// Each container has busybox, and the host's /usr to read.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { dataRoot } from '../../chapters/05-overlay/data-root.ts'
import { allNetworks } from '../../chapters/11-network/network-store.ts'
import { takeDown } from '../../chapters/11-network/remove-network.ts'
import { patience } from '../support/patience.ts'
import { type Snapshot, settled, snapshot } from '../support/snapshot.ts'

import { type Installed, install } from './installed.ts'

const host = '192.0.2.1'
const waits = 'trap exit TERM; sleep 1000 & wait'
const debian = [
  ...['-v', '/usr:/usr:ro', '-v', '/usr/lib:/lib:ro'],
  ...['-v', '/usr/lib64:/lib64:ro', '-e', 'PATH=/usr/sbin:/usr/bin:/bin'],
]
const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  .map((name) => `${name}_temp_path /tmp/${name};`)
  .join(' ')
const nginx = `
mkdir -p /var/log/nginx
cat > /tmp/nginx.conf << END
user root; daemon off; pid /tmp/pid; events { }
http { access_log off; ${temporary}
  server { listen 80; location / { return 200 "web sees \\$remote_addr"; } }
}
END
exec nginx -e stderr -c /tmp/nginx.conf`
const echo = 'exec socat -T 1 UDP4-RECVFROM:7,fork PIPE'
const crowd = Array.from({ length: 18 }, (_, i) => `peer${i}`)

let before: Snapshot
let installed: Installed
let neighbour: ChildProcess

beforeAll(async () => {
  before = await snapshot()
  installed = await install()
  neighbour = await startNeighbour()
  await out('network', 'create', '--subnet', '10.88.0.0/24', 'front')
  await out('network', 'create', '--subnet', '10.89.0.0/24', 'back')
  const web = ['-p', '8080:80', '-p', '127.0.0.1:8081:80', '-p', '5201']
  const alias = ['--network-alias', 'www']
  await start('web', nginx, 'front', ...debian, ...web, ...alias)
  await start('echo', echo, 'front', ...debian, '-p', '7000:7/udp')
  await start('client', waits, 'front', ...debian)
  await start('stranger', waits, 'back', ...debian)
  await Promise.all(
    crowd.map((name) =>
      start(name, waits, isEven(name) ? 'front' : 'back'),
    ),
  )
})

afterAll(async () => {
  const ids = (await out('ps', '-aq')).split('\n').filter(Boolean)
  await out('rm', '-f', ...ids)
  for (const network of allNetworks(dataRoot(installed.root)).readable)
    takeDown(network)
  installed.remove()
  neighbour?.kill()
  const had = before.firewall.some((line) => line.includes('rocker'))
  for (const family of had ? [] : ['inet', 'bridge'])
    execFileSync('nft', ['delete', 'table', family, 'rocker'])
  expect(await settled(before)).toEqual(before)
})

/** What a command prints; it must not fail. */
async function out(...words: readonly string[]): Promise<string> {
  const { status, out, err } = await installed.rocker(...words)
  if (status === 0) return out.trim()
  throw new Error(`rocker ${words.join(' ')}: ${status}\n${err}`)
}

const start = (
  name: string,
  script: string,
  network: string,
  ...flags: readonly string[]
) => {
  const place = ['--name', name, '--network', network, ...flags]
  return out('run', '-d', ...place, 'busybox', 'sh', '-c', script)
}

/** A machine beside this one, on a cable of its own. */
async function startNeighbour(): Promise<ChildProcess> {
  const child = spawn('unshare', ['--net', 'sleep', '1000'])
  const own = (line: string) =>
    execFileSync('nsenter', [...inNetworkOf(child.pid), ...line.split(' ')])
  const ip = (line: string) => execFileSync('ip', line.split(' '))
  while (`${own('readlink /proc/self/ns/net')}` === ownNamespace())
    await sleep(10)
  ip(`link add lan0 type veth peer name eth0 netns ${child.pid}`)
  ip(`address add ${host}/24 dev lan0`)
  ip('link set lan0 up')
  own('ip address add 192.0.2.2/24 dev eth0')
  own('ip link set eth0 up')
  return child
}

const ownNamespace = () =>
  `${execFileSync('readlink', ['/proc/self/ns/net'])}`
const inNetworkOf = (pid: number | undefined) => ['-t', `${pid}`, '-n']

/** What a command prints, wherever somebody is; it may fail. */
async function said(where: string, ...words: string[]): Promise<string> {
  if (where !== 'the host' && where !== 'a neighbour')
    return (await installed.rocker('exec', where, ...words)).out.trim()
  const [command = '', ...args] =
    where === 'the host'
      ? words
      : ['nsenter', ...inNetworkOf(neighbour.pid), ...words]
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let text = ''
  for await (const bytes of child.stdout) text += bytes
  return text.trim()
}

const curl = (where: string, at: string) =>
  said(where, 'curl', '-s', '-m', `${patience}`, `http://${at}/`)
const echoed = (where: string, at: string, port: number) =>
  said(
    where,
    ...['sh', '-c', `echo hello | socat -t 1 - UDP4:${at}:${port}`],
  )

describe('nginx is reached by curl', () => {
  test.each([
    ['a neighbour', `${host}:8080`, '192.0.2.2'],
    ['the host', `${host}:8080`, host],
    ['the host', '127.0.0.1:8080', '10.88.0.1'],
    ['the host', '127.0.0.1:8081', '10.88.0.1'],
    ['the host', 'localhost:8080', '10.88.0.1'],
    ['client', 'web', /^10\.88\.0\.\d+$/],
    ['client', 'www.front', /^10\.88\.0\.\d+$/],
    ['client', `${host}:8080`, /^10\.88\.0\.\d+$/],
    ['web', `${host}:8080`, '10.88.0.1'],
    ['web', '127.0.0.1', '127.0.0.1'],
    ['stranger', `${host}:8080`, /^10\.89\.0\.\d+$/],
  ])('from %s at %s', async (where, at, sender) => {
    const answer = await curl(where, at)
    expect(answer).toMatch(/^web sees /)
    expect(answer.slice('web sees '.length)).toMatch(sender)
  })

  test.each([
    ['a neighbour', `${host}:8081`],
    ['a neighbour', `${host}:80`],
    ['client', `${host}:8081`],
    ['stranger', '10.88.0.2'],
    ['stranger', 'web'],
  ])('but not from %s at %s', async (where, at) => {
    expect(await curl(where, at)).toBe('')
  })
})

test('a datagram comes back, whoever sends it', async () => {
  const ways = [
    ['a neighbour', host, 7000],
    ['the host', host, 7000],
    ['the host', '127.0.0.1', 7000],
    ['client', 'echo', 7],
    ['client', host, 7000],
    ['echo', host, 7000],
    ['stranger', host, 7000],
  ] as const
  // each waits for more
  const answers = ways.map(([who, at, port]) => echoed(who, at, port))
  expect(await Promise.all(answers)).toEqual(ways.map(() => 'hello'))
})

describe('names', () => {
  const known = ['web', 'echo', 'client', ...crowd.filter(isEven)]

  test('of all two and twenty are known to their own network', async () => {
    const script = `for name in ${[...known, ...crowd].join(' ')}; do
      getent hosts $name; done`
    const lines = (await said('client', 'sh', '-c', script)).split('\n')
    const own = lines.filter((line) => line.startsWith('10.88.0.'))
    expect(own).toHaveLength(known.length + crowd.filter(isEven).length)
    expect(own).toEqual(lines)
  })

  test.each([
    ["bind's nslookup", ['/usr/bin/nslookup']],
    ["busybox's nslookup", ['busybox', 'nslookup']],
  ])('are found by %s', async (_, words) => {
    const web = await said('client', ...words, 'web')
    expect(web).toMatch(/Name:\s*web\nAddress[^:]*: 10\.88\.0\.\d+/)
    expect(await said('stranger', ...words, 'web')).toContain(
      "can't find web",
    )
  })
})

test('whatever wrk sends from the LAN is answered', async () => {
  const words = ['-t', '1', '-c', '20', '-d', '1', `http://${host}:8080/`]
  const told = await said('a neighbour', 'wrk', ...words)
  expect(told).toMatch(/[1-9]\d* requests in/)
  expect(told).not.toMatch(/Non-2xx|Socket errors/)
})

test('iperf3 measures a published port, by TCP and in both directions', async () => {
  await out('exec', '-d', 'web', 'iperf3', '-s')
  const [, port = ''] = (await out('port', 'web', '5201')).split(':')
  const words = ['-J', '-n', '10M', '--connect-timeout', '5000']
  for (const way of [[], ['-R']]) {
    const at = ['-c', host, '-p', port.trim(), ...way]
    const told = JSON.parse(
      await said('a neighbour', 'iperf3', ...at, ...words),
    )
    expect(told.error).toBe(undefined)
    expect(told.end.sum_received.bytes).toBeGreaterThan(0)
  }
})

function isEven(name: string): boolean {
  return Number(name.slice('peer'.length)) % 2 === 0
}
