// Networks with members, and a neighbour on a LAN, all within this machine:
// each is a network namespace, with a server in it that says who asks.
//
//   outsider ── lan0 192.0.2.1 ─ the host ─ rk-… 10.77.0.1 ── web, db
//                                         └ rk-… 10.78.0.1 ── other
//
// The tests' own namespace plays the host. Frames go their real way.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import {
  dataRoot,
  makeDataRoot,
} from '../../chapters/05-overlay/data-root.ts'
import type { Container } from '../../chapters/09-containers/container.ts'
import type { ContainerPorts } from '../../chapters/09-containers/record.ts'
import {
  admit,
  expel,
  removeNetworkRules,
} from '../../chapters/11-network/admit.ts'
import { removeBridge } from '../../chapters/11-network/bridge.ts'
import { attach } from '../../chapters/11-network/endpoint.ts'
import type { Endpoint } from '../../chapters/11-network/endpoint-record.ts'
import { ensureFirewall } from '../../chapters/11-network/firewall.ts'
import { openNetlink } from '../../chapters/11-network/netlink.ts'
import {
  closeNamespace,
  makeNamespace,
} from '../../chapters/11-network/network-namespace.ts'
import type { NetworkRecord } from '../../chapters/11-network/network-record.ts'
import { readPublished } from '../../chapters/11-network/port-option.ts'

import { patience } from './patience.ts'
import { program } from './programs.ts'
import { usualRecord } from './written-container.ts'

const server = 5000
const shortlyMs = 250

/** Somebody who asks: the host, or one in a namespace of its own. */
export interface Somebody {
  /** What is answered at an address and port; undefined where nobody is. */
  ask(
    protocol: 'tcp' | 'udp',
    address: string,
    port?: number,
  ): Promise<string | undefined>
}

/** One with a namespace, and a server on port 5000. */
export interface Member extends Somebody {
  readonly name: string
  readonly container: Container
  readonly endpoint: Endpoint
  readonly address: string
  readonly address6: string
  /** Sends frames as they are. */
  send(...frames: readonly Buffer[]): void
  /** A command in its namespace; answers what it prints. */
  run(...command: readonly string[]): string
  /** Who has sent datagrams to its server. */
  readonly heard: string[]
}

export interface NetworkWorld extends AsyncDisposable {
  /** The host itself, with a server on port 4000. */
  readonly host: Somebody & { readonly heard: string[] }
  /** A network, as a number: 77 is 10.77.0.0/16. */
  network(number: number, more?: Partial<NetworkRecord>): NetworkRecord
  /** A container on a network, with -p for each of these. */
  member(
    name: string,
    network: NetworkRecord,
    ports?: readonly string[],
  ): Promise<Member>
  /** A machine beside the host, that the firewall knows nothing of. */
  outsider(): Promise<Member>
  /** Takes it out of the firewall. */
  expel(member: Member): void
  /** As at a start. */
  ensure(): void
  /** A new bridge has IPv6 a moment later: until all are found by it. */
  ready(): Promise<void>
}

/** What earlier tests have left in the firewall: who counts wants none of it. */
export function forgetRules(): void {
  for (const family of ['inet', 'bridge'])
    spawnSync('nft', ['delete', 'table', family, 'rocker'])
}

/** A world; dispose of it, and nothing is left. */
export async function networkWorld(): Promise<NetworkWorld> {
  const hadRules =
    spawnSync('nft', ['list', 'table', 'inet', 'rocker']).status === 0
  const folder = mkdtempSync(join(tmpdir(), 'rocker-world-'))
  const root = dataRoot(folder)
  makeDataRoot(root)
  const socket = openNetlink('NETLINK_ROUTE')
  const networks: NetworkRecord[] = []
  const ends: (() => unknown)[] = []
  const undo = new Map<Member, Buffer>()
  const members: Member[] = []
  let count = 1
  const heard = await serve(
    '--net=/proc/self/ns/net',
    ['host', '4000'],
    ends,
  )

  const network: NetworkWorld['network'] = (number, more = {}) => {
    const id = `${number}`.padStart(8, 'a').repeat(8)
    const made: NetworkRecord = {
      ...{ version: 1, id, name: `net${number}`, created: '' },
      ...{ driver: 'bridge', internal: false, ipv6: true },
      subnets: [
        { subnet: `10.${number}.0.0/16`, gateway: `10.${number}.0.1` },
        { subnet: `fd${number}::/64`, gateway: `fd${number}::1` },
      ],
      ...{ labels: {}, options: {}, bridge: `rk-${id.slice(0, 8)}` },
      ...more,
    }
    networks.push(made)
    return made
  }

  async function plugged(
    name: string,
    { bridge, id: of, internal, name: called, subnets }: NetworkRecord,
    ports: readonly string[],
  ): Promise<Member> {
    count++
    const id = `${count}`.padStart(8, 'b').repeat(8)
    const [four, six] = subnets.map(({ subnet }) => subnet)
    const address = four?.replace(/0\/.*/, `${count}`) ?? ''
    const address6 = six?.replace(/\/.*/, `${count}`) ?? ''
    const endpoint: Endpoint = {
      ...{
        network: of,
        name: called,
        bridge,
        link: `rk${id.slice(0, 8)}.0`,
      },
      ...{ device: 'eth0', mac: `02:42:00:00:00:0${count}` },
      address: `${address}/16`,
      ...(internal ? {} : { gateway: subnets[0]?.gateway }),
      ...(six ? { address6: `${address6}/64` } : {}),
      ...(six && !internal ? { gateway6: subnets[1]?.gateway } : {}),
      ...{ aliases: [], internal },
    } as Endpoint
    const namespace = makeNamespace()
    ends.push(() => closeNamespace(namespace))
    const record = networks.find((one) => one.id === of) as NetworkRecord
    attach(socket, namespace, { endpoint, network: record, isWayOut: true })
    const runFolder = join(root.pending, `running-${id}`)
    mkdirSync(runFolder)
    const container: Container = {
      ...{ root, id, folder: runFolder, runFolder },
      record: { ...usualRecord, id, name, ports: portsOf(ports) },
      spec: {} as Container['spec'],
    }
    const within = `--net=/proc/${process.pid}/fd/${namespace.fd}`
    const served = [`${server}`, `${server + 1}`, '53']
    const heard = await serve(within, [name, ...served], ends)
    const member: Member = {
      ...{ name, container, endpoint, address, address6, heard },
      ask: (...words) => ask(['nsenter', within], ...words),
      send: (...frames) => {
        const hex = frames.map((frame) => frame.toString('hex'))
        run('nsenter', within, program('meet'), 'send', 'eth0', ...hex)
      },
      run: (...command) => run('nsenter', within, ...command),
    }
    members.push(member)
    return member
  }

  return {
    host: { ask: (...words) => ask([], ...words), heard },
    network,
    async member(name, of, ports = []) {
      const member = await plugged(name, of, ports)
      undo.set(member, admit(member.container, [member.endpoint]))
      return member
    },
    outsider() {
      const subnets = [
        { subnet: '192.0.2.0/24', gateway: '192.0.2.1' },
        { subnet: '2001:db8::/64', gateway: '2001:db8::1' },
      ]
      const lan = network(99, { name: 'lan', bridge: 'lan0', subnets })
      return plugged('outsider', lan, [])
    },
    expel: (member) => expel(undo.get(member) ?? Buffer.alloc(0)),
    ensure: () => ensureFirewall(root),
    async ready() {
      for (const { address6 } of members)
        while (!(await ask([], 'tcp', address6))) await sleep(30)
    },
    async [Symbol.asyncDispose]() {
      for (const bytes of undo.values()) expel(bytes)
      for (const end of ends.toReversed()) await end()
      for (const one of networks) {
        removeNetworkRules(one)
        removeBridge(socket, one)
      }
      if (!hadRules) forgetRules()
      closeSync(socket)
      rmSync(folder, { recursive: true })
    },
  }
}

function portsOf(ports: readonly string[]): ContainerPorts | undefined {
  if (ports.length === 0) return undefined
  return { published: ports.map(readPublished), exposed: [], all: false }
}

/** Ready when this is; whoever sends datagrams is in the list. */
async function serve(
  within: string,
  called: readonly string[],
  ends: (() => unknown)[],
): Promise<string[]> {
  const child: ChildProcess = spawn(
    'nsenter',
    [within, program('meet'), 'serve', ...called],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  ends.push(() => {
    child.kill('SIGKILL')
    return once(child, 'exit')
  })
  const heard: string[] = []
  await new Promise((resolve) => {
    child.stdout?.on('data', (bytes) => {
      heard.push(...`${bytes}`.trim().split('\n'))
      resolve(undefined)
    })
  })
  heard.length = 0
  return heard
}

async function ask(
  prefix: readonly string[],
  ...[protocol, address, port = server]: Parameters<Somebody['ask']>
): Promise<string | undefined> {
  const ms = `${shortlyMs * patience}`
  const words = [program('meet'), 'ask', protocol, address, `${port}`, ms]
  const [command = '', ...args] = [...prefix, ...words]
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let answer = ''
  child.stdout.on('data', (bytes) => {
    answer += bytes
  })
  const [status] = await once(child, 'close')
  return status === 0 ? answer.trim() : undefined
}

function run(command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
  })
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
  return stdout
}
