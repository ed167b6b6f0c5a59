// Published ports under load: rocker's beside docker's and podman's.
//
//   a neighbour on a LAN ── the host ── servers in a container
//
// New connections and what goes through one are measured by a small program;
// where Debian's nginx, wrk and iperf3 are installed they are measured, too.
//
// Each contender publishes the same server at another port, and all of them
// live through all rounds, in turns. The neighbour is a network namespace.

import {
  type ChildProcess,
  execFileSync,
  spawn,
  spawnSync,
} from 'node:child_process'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { program } from '../support/programs.ts'

import { startDockerd } from './dockerd.ts'
import { type Measured, medians, note } from './measure.ts'
import type { Row } from './table.ts'

const host = '192.0.2.1'
const seconds = '1'
const top = dirname(dirname(import.meta.dirname))

/** A contender, whose server is published. */
interface Publisher {
  readonly name: string
  readonly port: number
  stop(): Promise<unknown>
}

const ways = [
  ['from a LAN', 'lan', host],
  ["by the host's address", 'host', host],
  ['by 127.0.0.1', 'host', '127.0.0.1'],
] as const

/** Connections a second and throughput, by each way; and who is missing. */
export async function networkRows(
  busybox: string,
  rounds: number,
): Promise<{ rows: Row[]; missing: string[] }> {
  const neighbour = await startNeighbour()
  const publishers: Publisher[] = []
  const missing: string[] = []
  for (const start of [rocker, docker, podman])
    try {
      publishers.push(await start(busybox))
    } catch (error) {
      const [why = ''] = (error as Error).message.split('\n')
      missing.push(`${start.name} is missing: ${why}`)
    }
  const rows: Row[] = []
  for (const { title, unit, more, command, read } of loads())
    for (const [way, from, address] of ways) {
      const measured: Measured = new Map()
      const who = from === 'lan' && neighbour
      for (let round = 0; round < rounds; round++)
        for (const { name, port } of turned(publishers, round))
          note(
            measured,
            name,
            read(asked(who, command(address, port + more))),
          )
      rows.push({ title: `${title} ${way}`, unit, of: medians(measured) })
    }
  for (const { stop } of publishers) await stop()
  neighbour.kill()
  return { rows, missing }
}

/** Each begins as often as the others. */
function turned<T>(all: readonly T[], by: number): T[] {
  const first = by % all.length
  return [...all.slice(first), ...all.slice(0, first)]
}

/** A client, and what it says. */
interface Load {
  readonly title: string
  readonly unit: Row['unit']
  /** From the first published port to that of its server. */
  readonly more: number
  command(address: string, port: number): readonly string[]
  read(said: string): number
}

const servers = { traffic: 9000, nginx: 80, iperf3: 5201 }
const more = { traffic: 0, nginx: 10, iperf3: 20 }

function loads(): Load[] {
  const own = (mode: string) => ({
    more: more.traffic,
    command: (address: string, port: number) => [
      ...[program('traffic'), mode, address, `${port}`, seconds],
    ],
    read: Number,
  })
  return [
    { title: 'connections', unit: '1/s', ...own('connect') },
    { title: 'throughput', unit: 'MB/s', ...own('send') },
    ...(hasDebians() ? debians : []),
  ]
}

const debians: readonly Load[] = [
  {
    title: 'wrk, nginx',
    unit: '1/s',
    more: more.nginx,
    command: (address, port) => [
      ...['wrk', '-t', '1', '-c', '32', '-d', seconds],
      `http://${address}:${port}/`,
    ],
    read: (said) => Number(/Requests\/sec:\s*(\S+)/.exec(said)?.[1]),
  },
  {
    title: 'iperf3',
    unit: 'MB/s',
    more: more.iperf3,
    command: (address, port) => [
      ...['iperf3', '-J', '-t', seconds, '-c', address, '-p', `${port}`],
    ],
    read: (said) => JSON.parse(said).end.sum_received.bits_per_second / 8e6,
  },
]

function hasDebians(): boolean {
  return ['nginx', 'wrk', 'iperf3'].every(
    (name) => spawnSync(name, ['-v']).error === undefined,
  )
}

function asked(
  neighbour: ChildProcess | false,
  command: readonly string[],
): string {
  const within = neighbour
    ? ['nsenter', '-t', `${neighbour.pid}`, '-n', ...command]
    : command
  const [name = '', ...args] = within
  const { stdout, status } = spawnSync(name, args, { encoding: 'utf8' })
  // wrk ends with what its last answer was
  if (status !== 0 && stdout === '')
    throw new Error(`${command.join(' ')}: no answer`)
  return stdout
}

/** A machine beside this one, on a cable of its own. */
async function startNeighbour(): Promise<ChildProcess> {
  const neighbour = spawn('unshare', ['--net', 'sleep', '1d'])
  await sleep(300) // until it is in its namespace
  const ip = (line: string) => execFileSync('ip', line.split(' '))
  const inside = (line: string) =>
    execFileSync('nsenter', [
      ...['-t', `${neighbour.pid}`, '-n', 'ip'],
      ...line.split(' '),
    ])
  ip(`link add lan0 type veth peer name eth0 netns ${neighbour.pid}`)
  ip(`address add ${host}/24 dev lan0`)
  ip('link set lan0 up')
  inside('address add 192.0.2.2/24 dev eth0')
  inside('link set eth0 up')
  return neighbour
}

/** The host's /usr has the programs, and what they need. */
const script = `
mkdir -p /var/log/nginx /tmp
echo root:x:0:0::/root:/bin/sh > /etc/passwd
echo root:x:0: > /etc/group
echo 'user root; pid /tmp/pid; events { } http { access_log off;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  .map((name) => `${name}_temp_path /tmp/${name};`)
  .join(' ')}
keepalive_requests 1000000;
server { listen 80; location / { return 200 hello; } } }' > /tmp/nginx.conf
nginx -e stderr -c /tmp/nginx.conf
iperf3 -s -D
exec /bin/traffic serve ${servers.traffic}`
const debian = [
  ...['-v', '/usr:/usr:ro', '-v', '/usr/lib:/lib:ro'],
  ...['-v', '/usr/lib64:/lib64:ro', '-e', 'PATH=/usr/sbin:/usr/bin:/bin'],
]

async function rocker(busybox: string): Promise<Publisher> {
  return publisher('rocker', [join(top, 'dist/rocker')], {
    busybox,
    port: 8081,
  })
}

async function docker(busybox: string): Promise<Publisher> {
  const parent = `/${process.env.ROCKER_CGROUP}`
  const { socket, stop } = await startDockerd(parent, { network: true })
  const command = ['docker', '-H', `unix://${socket}`]
  const made = await publisher('docker', command, { busybox, port: 8082 })
  return {
    ...made,
    async stop() {
      await made.stop()
      await stop()
    },
  }
}

async function podman(busybox: string): Promise<Publisher> {
  const folder = join(process.env.TMPDIR ?? '/var/tmp', 'podman-network')
  const command = [
    ...['podman', '--root', join(folder, 'root')],
    ...['--runroot', join(folder, 'run'), '--tmpdir', join(folder, 'tmp')],
    ...['--cgroup-manager', 'cgroupfs', '--storage-driver', 'overlay'],
    ...['--network-config-dir', join(folder, 'networks')],
  ]
  const pull = [...command.slice(1), 'pull', '-q', '--tls-verify=false']
  execFileSync('podman', [...pull, busybox])
  // its share of the processor is that of the others: their cgroup's
  const below = ['--cgroup-parent', `/${process.env.ROCKER_CGROUP}/podman`]
  return publisher('podman', command, { busybox, port: 8083, flags: below })
}

/** All have docker's words for it. */
async function publisher(
  name: string,
  [command = '', ...words]: readonly string[],
  {
    busybox,
    port,
    flags = [],
  }: {
    readonly busybox: string
    readonly port: number
    readonly flags?: readonly string[]
  },
): Promise<Publisher> {
  const run = (...args: readonly string[]) =>
    execFileSync(command, [...words, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  const published = (['traffic', 'nginx', 'iperf3'] as const).flatMap(
    (one) => ['-p', `${port + more[one]}:${servers[one]}`],
  )
  run(
    ...['run', '-d', '--name', 'server', ...flags, ...published],
    ...(hasDebians() ? debian : []),
    ...['-v', `${program('traffic')}:/bin/traffic:ro`, busybox],
    ...['sh', '-c', script],
  )
  await sleep(1000)
  return { name, port, stop: async () => run('rm', '-f', 'server') }
}
