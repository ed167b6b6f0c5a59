// Detour: a port that was published for 127.0.0.1, and a neighbour on the LAN.
//
// Whoever sits at the same cable can send the host a packet to 127.0.0.1. The
// kernel would drop it as nonsense; but the port has a new destination before
// the kernel looks. Without one rule, the neighbour gets in.
//
//   without-guard.ts      prints what the neighbour hears
//
// Everything happens in network namespaces of its own.
// github.com/moby/moby/pull/49325

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'

import { perform } from '../../01-syscalls/perform.ts'
import { flags } from '../../01-syscalls/syscall.ts'
import { addAddress } from '../addresses.ts'
import { firewallText } from '../firewall-rules.ts'
import {
  addBridge,
  addCable,
  bringUp,
  findLink,
  openPort,
} from '../links.ts'
import { talk } from '../netlink.ts'
import {
  makeNamespace,
  type NetworkNamespace,
} from '../network-namespace.ts'
import { addDefaultRoute } from '../routes.ts'

const [host, web, neighbour] = [
  makeNamespace(),
  makeNamespace(),
  makeNamespace(),
]

// what the main thread opens or starts from here on is of this namespace
const enter = ({ fd }: NetworkNamespace) =>
  perform({ name: 'setns', args: [fd, flags('CLONE_NEWNET')] })

const indexOf = ({ socket }: NetworkNamespace, name: string) =>
  findLink(socket, name)?.index ?? 0

/** A cable from a bridge of the host's; the host is its only way out. */
function plug(
  namespace: NetworkNamespace,
  bridge: string,
  { own, way }: { readonly own: string; readonly way: string },
) {
  talk(host.socket, [addBridge(bridge, { mac: macOf(way) })])
  talk(host.socket, [
    bringUp(bridge),
    addAddress(indexOf(host, bridge), `${way}/24`),
    addCable({
      ...{ link: `${bridge}.0`, bridge: indexOf(host, bridge) },
      ...{ device: 'eth0', mac: macOf(own), namespace: namespace.fd },
    }),
    openPort(`${bridge}.0`),
  ])
  const device = indexOf(namespace, 'eth0')
  talk(namespace.socket, [
    bringUp('eth0'),
    addAddress(device, `${own}/24`),
    addDefaultRoute(device, way),
  ])
}

function macOf(address: string): string {
  const bytes = Buffer.from(address.split('.').map(Number))
  return ['02', '42', ...(bytes.toString('hex').match(/../g) ?? [])].join(
    ':',
  )
}

talk(host.socket, [bringUp('lo')])
plug(web, 'rk-web', { own: '10.201.0.2', way: '10.201.0.1' })
plug(neighbour, 'lan', { own: '192.0.2.77', way: '192.0.2.10' })

enter(neighbour) // it takes answers from 127.0.0.1 that come by cable
writeFileSync('/proc/sys/net/ipv4/conf/eth0/route_localnet', '1')
enter(host)
writeFileSync('/proc/sys/net/ipv4/ip_forward', '1')
enter(web)
const server = createServer((socket) => socket.end('welcome'))
await new Promise<void>((ready) => server.listen(80, ready))

// #region detour
const elements = `
add element inet rocker bridges { rk-web }
add element inet rocker published_at4 {
  127.0.0.1 . tcp . 8080 : 10.201.0.2 . 80
}
`
const guard = 'ip daddr 127.0.0.0/8 iifname != "lo" drop'
const rules = firewallText({ inet: undefined, bridge: undefined })
const firewalls = { with: rules, without: rules.replace(guard, '') }

for (const [how, text] of Object.entries(firewalls)) {
  const input = `flush ruleset\n${text}${elements}`
  enter(host)
  spawnSync('nft', ['-f', '-'], { input })
  enter(neighbour)
  console.log(how, 'the guard:', await ask('127.0.0.1', 8080))
}
// #endregion detour

server.close()

async function ask(address: string, port: number): Promise<string> {
  const socket = connect(port, address)
  const heard = await new Promise<string>((resolve) => {
    socket.setTimeout(500, () => resolve('nothing'))
    socket.on('data', (data) => resolve(`${data}`))
    socket.on('error', ({ message }) => resolve(message))
  })
  socket.destroy()
  return heard
}
