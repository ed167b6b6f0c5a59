// A published port under load: rocker's beside docker's and podman's.
//
//   a neighbour on a LAN ── the host ── a server in a container
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
  for (const [title, unit, mode] of [
    ['connections', '1/s', 'connect'],
    ['throughput', 'MB/s', 'send'],
  ] as const)
    for (const [way, from, address] of ways) {
      const measured: Measured = new Map()
      for (let round = 0; round < rounds; round++)
        for (const { name, port } of turned(publishers, round)) {
          const words = [mode, address, `${port}`, seconds]
          note(measured, name, traffic(from === 'lan' && neighbour, words))
        }
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

function traffic(
  neighbour: ChildProcess | false,
  words: readonly string[],
): number {
  const command = [program('traffic'), ...words]
  const within = neighbour
    ? ['nsenter', '-t', `${neighbour.pid}`, '-n', ...command]
    : command
  const [name = '', ...args] = within
  const { stdout, status } = spawnSync(name, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${words.join(' ')}: no answer`)
  return Number(stdout)
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

const server = 9000

async function rocker(busybox: string): Promise<Publisher> {
  return publisher('rocker', [join(top, 'dist/rocker')], busybox, 8081)
}

async function docker(busybox: string): Promise<Publisher> {
  const parent = `/${process.env.ROCKER_CGROUP}`
  const { socket, stop } = await startDockerd(parent, { network: true })
  const command = ['docker', '-H', `unix://${socket}`]
  const made = await publisher('docker', command, busybox, 8082)
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
  return publisher('podman', command, busybox, 8083)
}

/** All have docker's words for it. */
async function publisher(
  name: string,
  [command = '', ...words]: readonly string[],
  busybox: string,
  port: number,
): Promise<Publisher> {
  const run = (...args: readonly string[]) =>
    execFileSync(command, [...words, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  run(
    ...['run', '-d', '--name', 'server', '-p', `${port}:${server}`],
    ...['-v', `${program('traffic')}:/bin/traffic:ro`, busybox],
    ...['/bin/traffic', 'serve', `${server}`],
  )
  await sleep(300)
  return { name, port, stop: async () => run('rm', '-f', 'server') }
}
