// Sends every packet that the figure of chapter 11 knows, and prints what came
// of it: who sent it, as the server sees it, or that it was refused or dropped.
//
//   send-packets.ts 0|1        bridge-nf-call-iptables
//
// Host, LAN and containers are network namespaces. A socket belongs to the one
// that its thread was in when it was made, so all of them are in this process.

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'

import { perform } from '../../chapters/01-syscalls/perform.ts'
import { flags } from '../../chapters/01-syscalls/syscall.ts'
import { attach } from '../../chapters/11-network/endpoint.ts'
import { firewallText } from '../../chapters/11-network/firewall-rules.ts'
import { bringUp } from '../../chapters/11-network/links.ts'
import { talk } from '../../chapters/11-network/netlink.ts'
import {
  makeNamespace,
  type NetworkNamespace,
} from '../../chapters/11-network/network-namespace.ts'

const host = makeNamespace()
const [lan, web, neighbour, other] = [
  makeNamespace(),
  makeNamespace(),
  makeNamespace(),
  makeNamespace(),
]
const senders = { lan, host, neighbour, itself: web, other }
const addresses = {
  published: { host: '192.0.2.10', port: 8080 },
  loopback: { host: '127.0.0.1', port: 8080 },
  direct: { host: '172.30.0.2', port: 80 },
}

function enter({ fd }: NetworkNamespace): void {
  perform({ name: 'setns', args: [fd, flags('CLONE_NEWNET')] })
}

/** The host has the address `gateway` there. */
function plug(
  namespace: NetworkNamespace,
  bridge: string,
  { address, gateway }: Readonly<Record<'address' | 'gateway', string>>,
): void {
  const [, , third = 0, last = 0] = address.split('.').map(Number)
  const subnet = `${address.replace(/\.\d+$/, '.0')}/24`
  attach(host.socket, namespace, {
    endpoint: {
      ...{ network: '', name: bridge, bridge, device: 'eth0' },
      ...{ link: `${bridge}.${last}`, internal: false, aliases: [] },
      mac: `02:42:00:00:0${third}:${String(last).padStart(2, '0')}`,
      address: `${address}/24`,
      gateway,
    },
    network: {
      ...{ version: 1, id: '00000000', name: bridge, created: '' },
      ...{ driver: 'bridge', internal: false, ipv6: false, bridge },
      ...{ subnets: [{ subnet, gateway }], labels: {}, options: {} },
    },
    isWayOut: true,
  })
}

enter(host)
writeFileSync('/proc/sys/net/ipv4/ip_forward', '1')
for (const { socket } of [host, web, neighbour, other])
  talk(socket, [bringUp('lo')])
plug(lan, 'eth0', { address: '192.0.2.77', gateway: '192.0.2.10' })
plug(web, 'rk-1', { address: '172.30.0.2', gateway: '172.30.0.1' })
plug(neighbour, 'rk-1', { address: '172.30.0.3', gateway: '172.30.0.1' })
plug(other, 'rk-2', { address: '172.31.0.2', gateway: '172.31.0.1' })
writeFileSync('/proc/sys/net/ipv4/conf/eth0/route_localnet', '0')
writeFileSync(
  '/proc/sys/net/bridge/bridge-nf-call-iptables',
  process.argv[2] ?? '1',
)

enter(lan) // its lo is down: 127.0.0.1 is behind the host
writeFileSync('/proc/sys/net/ipv4/conf/eth0/route_localnet', '1')

enter(web)
const server = createServer((socket) => {
  socket.on('error', () => {})
  socket.end(socket.remoteAddress ?? '')
})
await new Promise<void>((ready) =>
  server.listen({ host: '0.0.0.0', port: 80 }, ready),
)

const elements = {
  everywhere: 'published4 { tcp',
  loopback: 'published_at4 { 127.0.0.1 . tcp',
  nowhere: 'published_at4 { 192.0.2.99 . tcp',
}
const found: Readonly<Record<string, string>> = {}
for (const [publishing, at] of Object.entries(elements)) {
  enter(host)
  execFileSync('nft', ['-f', '-'], { input: rulesFor(at) })
  const asked: Promise<[name: string, heard: string]>[] = []
  for (const [target, to] of Object.entries(addresses))
    for (const [start, sender] of Object.entries(senders)) {
      enter(sender)
      const name = `${start} ${target} ${publishing}`
      asked.push(ask(to).then((heard) => [name, heard]))
      await nextTurn() // Node makes the socket now
    }
  Object.assign(found, Object.fromEntries(await Promise.all(asked)))
}
server.close()
console.log(JSON.stringify(found))

function rulesFor(published: string): string {
  return `flush ruleset
    ${firewallText({ inet: undefined, bridge: undefined })}
    add element inet rocker bridges { rk-1, rk-2 }
    add element inet rocker networks { rk-1 . rk-1, rk-2 . rk-2 }
    add element inet rocker ${published} . 8080 : 172.30.0.2 . 80 }
    add element inet rocker selves4 { 172.30.0.2 . 172.30.0.2 }
    add element bridge rocker ports { rk-1.2, rk-1.3, rk-2.2 }
    add element bridge rocker pins4 {
      rk-1.2 . 02:42:00:00:00:02 . 172.30.0.2,
      rk-1.3 . 02:42:00:00:00:03 . 172.30.0.3,
      rk-2.2 . 02:42:00:00:00:02 . 172.31.0.2
    }
    `
}

async function ask(to: {
  readonly host: string
  readonly port: number
}): Promise<string> {
  const socket = connect(to)
  const heard = await new Promise<string>((resolve) => {
    socket.setTimeout(500, () => resolve('dropped'))
    socket.on('data', (data) => resolve(`${data}`))
    socket.on('error', () => resolve('refused'))
  })
  socket.destroy()
  return heard
}
