// Published ports under load: rocker's beside docker's and podman's.
//
//   a neighbour on a LAN ── the host ── servers in a container
//
// New connections and what goes through one are measured by a small program;
// where Debian's nginx, wrk and iperf3 are installed they are measured, too.
//
// Host and neighbour are network namespaces, and each contender has its own: or
// a packet of one would meet the rules of all. They publish the same servers,
// and live through all rounds, in turns.

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

/** A contender, whose servers are published. */
interface Publisher {
  readonly name: string
  readonly stop: () => Promise<unknown>
}

/** A machine, and one beside it, on a cable of its own. */
interface World {
  readonly host: ChildProcess
  readonly lan: ChildProcess
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
  const here: (Publisher & { readonly world: World })[] = []
  const missing: string[] = []
  for (const start of [rocker, docker, podman]) {
    const world = await startWorld()
    try {
      here.push({ ...(await start(busybox, world)), world })
    } catch (error) {
      const [why = ''] = (error as Error).message.split('\n')
      missing.push(`${start.name} is missing: ${why}`)
      endWorld(world)
    }
  }
  const rows: Row[] = []
  for (const { title, unit, port, command, read } of loads())
    for (const [way, from, address] of ways) {
      const measured: Measured = new Map()
      for (let round = 0; round < rounds; round++)
        for (const { name, world } of turned(here, round)) {
          const words = within(world[from], command(address, port))
          note(measured, name, read(asked(words)))
        }
      rows.push({ title: `${title} ${way}`, unit, of: medians(measured) })
    }
  for (const { stop, world } of here) {
    await stop()
    endWorld(world)
  }
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
  /** Where its server is published. */
  readonly port: number
  command(address: string, port: number): readonly string[]
  read(said: string): number
}

const servers = { traffic: 9000, nginx: 80, iperf3: 5201 }
const ports = { traffic: 8081, nginx: 8091, iperf3: 8101 }

function loads(): Load[] {
  const own = (mode: string) => ({
    port: ports.traffic,
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
    port: ports.nginx,
    command: (address, port) => [
      ...['wrk', '-t', '1', '-c', '32', '-d', seconds],
      `http://${address}:${port}/`,
    ],
    read: (said) => Number(/Requests\/sec:\s*(\S+)/.exec(said)?.[1]),
  },
  {
    title: 'iperf3',
    unit: 'MB/s',
    port: ports.iperf3,
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

function within(
  { pid }: ChildProcess,
  command: readonly string[],
): readonly string[] {
  return ['nsenter', '-t', `${pid}`, '-n', ...command]
}

function asked([name = '', ...args]: readonly string[]): string {
  const { stdout, status } = spawnSync(name, args, { encoding: 'utf8' })
  // wrk ends with what its last answer was
  if (status !== 0 && stdout === '')
    throw new Error(`${name} ${args.join(' ')}: no answer`)
  return stdout
}

async function startWorld(): Promise<World> {
  const start = () => spawn('unshare', ['--net', 'sleep', '1d'])
  const world = { host: start(), lan: start() }
  await sleep(300) // until they are in their namespaces
  const ip = (where: ChildProcess, line: string) =>
    asked(within(where, ['ip', ...line.split(' ')]))
  const peer = `peer name eth0 netns ${world.lan.pid}`
  ip(world.host, 'link set lo up')
  ip(world.host, `link add lan0 type veth ${peer}`)
  ip(world.host, `address add ${host}/24 dev lan0`)
  ip(world.host, 'link set lan0 up')
  ip(world.lan, 'address add 192.0.2.2/24 dev eth0')
  ip(world.lan, 'link set eth0 up')
  return world
}

function endWorld({ host, lan }: World): void {
  host.kill()
  lan.kill()
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

async function rocker(busybox: string, world: World): Promise<Publisher> {
  const command = join(top, 'dist/rocker')
  execFileSync(command, ['pull', '-q', busybox]) // no registry is in there
  return publisher('rocker', within(world.host, [command]), { busybox })
}

async function docker(busybox: string, world: World): Promise<Publisher> {
  const parent = `/${process.env.ROCKER_CGROUP}`
  const { socket, stop } = await startDockerd(parent, {
    network: true,
    within: within(world.host, []),
  })
  const archive = join(dirname(socket), 'busybox.tar')
  const from = ['--src-tls-verify=false', `docker://${busybox}`]
  execFileSync('skopeo', [
    ...['copy', '-q', ...from, `docker-archive:${archive}:${busybox}`],
  ])
  const command = ['docker', '-H', `unix://${socket}`]
  execFileSync('docker', [...command.slice(1), 'load', '-q', '-i', archive])
  const made = await publisher('docker', command, { busybox })
  return {
    ...made,
    async stop() {
      await made.stop()
      await stop()
    },
  }
}

async function podman(busybox: string, world: World): Promise<Publisher> {
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
  const words = within(world.host, command)
  return publisher('podman', words, { busybox, flags: below })
}

/** All have docker's words for it. */
async function publisher(
  name: string,
  [command = '', ...words]: readonly string[],
  {
    busybox,
    flags = [],
  }: {
    readonly busybox: string
    readonly flags?: readonly string[]
  },
): Promise<Publisher> {
  const run = (...args: readonly string[]) =>
    execFileSync(command, [...words, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  const published = (['traffic', 'nginx', 'iperf3'] as const).flatMap(
    (one) => ['-p', `${ports[one]}:${servers[one]}`],
  )
  run(
    ...['run', '-d', '--name', 'server', ...flags, ...published],
    ...(hasDebians() ? debian : []),
    ...['-v', `${program('traffic')}:/bin/traffic:ro`, busybox],
    ...['sh', '-c', script],
  )
  await sleep(1000)
  return { name, stop: async () => run('rm', '-f', 'server') }
}
