// What chapter 11 needs of this kernel. All of it is tried in a network
// namespace that is gone afterwards: the machine's own is not touched.
//
// man 7 network_namespaces, man 8 nft

import { spawnSync } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'

import { addBridge, addCable, findLink } from '../11-network/links.ts'
import { talk } from '../11-network/netlink.ts'
import {
  closeNamespace,
  makeNamespace,
  type NetworkNamespace,
} from '../11-network/network-namespace.ts'

import type { Need } from './need.ts'
import { askAsRoot, tried } from './tried.ts'

const optional = 'networks'
const [bridge, device, end] = ['doctor', 'eth0', 'doctor-end']
const mac = '02:00:00:00:00:01'

/** Bridges, cables, the firewall, and leave to hand packets on. */
export function networkNeeds(): Need[] {
  const made = inChild('true', '')
  const needs = [
    inNamespace('bridge', made, makeBridge),
    inNamespace('veth', made, makeCable),
    firewall('nf_tables', tables),
    firewall('conntrack', conntrack),
    firewall('nat', nat),
    forwarding(),
  ]
  return needs.map((need) => ({ ...need, optional }))
}

/** `made`: whether a child could have one. Who cannot come back must not go. */
function inNamespace(
  module: string,
  made: string | undefined,
  attempt: (namespace: NetworkNamespace) => void,
): Need {
  if (made !== undefined) {
    const [found, help] = refusal(made, module)
    return { name: module, met: false, found, help }
  }
  const attemptInside = () => {
    const namespace = makeNamespace()
    try {
      attempt(namespace)
    } finally {
      closeNamespace(namespace)
    }
  }
  return tried(module, attemptInside, modprobe(module))
}

function makeBridge({ socket }: NetworkNamespace): void {
  talk(socket, [addBridge(bridge, { mac })])
}

function makeCable(namespace: NetworkNamespace): void {
  const { fd, socket } = namespace
  makeBridge(namespace)
  const index = findLink(socket, bridge)?.index ?? 0
  const cable = { link: end, bridge: index, device, mac, namespace: fd }
  talk(socket, [addCable(cable)])
}

const tables = `
table inet doctor {
  set bridges { type ifname; }
  chain forward { type filter hook forward priority 0; }
}
table bridge doctor {
  set pins { type ifname . ether_addr . ipv4_addr; }
  chain pin { type filter hook prerouting priority -300; }
}`

const conntrack = `
table inet doctor {
  chain forward {
    type filter hook forward priority 0
    ct state established,related accept
  }
}`

const nat = `
table inet doctor {
  chain publish {
    type nat hook prerouting priority -100
    fib daddr type local tcp dport 80 dnat ip to 192.0.2.1:80
  }
  chain leave {
    type nat hook postrouting priority 100
    masquerade
  }
}`

/** Has nft load rules, as chapter 11 does. */
function firewall(name: string, rules: string): Need {
  const said = inChild('nft -f -', rules)
  if (said === undefined) return { name, met: true, found: 'works' }
  const [found, help] = refusal(said, modules[name] ?? name)
  return { name, met: false, found, help }
}

const modules: Readonly<Record<string, string>> = {
  conntrack: 'nf_conntrack nft_ct',
  nat: 'nft_chain_nat nft_masq nft_fib_inet',
}

/** In a network namespace of its own; what it says where it fails. */
function inChild(line: string, input: string): string | undefined {
  const { error, status, stderr } = spawnSync(
    'unshare',
    ['--net', ...line.split(' ')],
    {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
      input,
    },
  )
  return status === 0 ? undefined : stderr || `${error?.message}`
}

/** What was said, in short, and what is to be done. */
function refusal(
  said: string,
  names: string,
): [found: string, help: string] {
  if (said.includes('execute nft'))
    return ['no nft', 'apt-get install nftables']
  if (said.includes('not permitted')) return ['EPERM', askAsRoot]
  const [line = ''] = said.split('\n')
  const why = line.slice(line.lastIndexOf(':') + 1).trim()
  return [why || 'not tried', modprobe(names)]
}

function modprobe(names: string): string {
  return `modprobe -a ${names}, or a kernel that was built with it`
}

const forward = '/proc/sys/net/ipv4/ip_forward'

/** rocker turns it on where it is off: so it has to be writable then. */
function forwarding(): Need {
  const isOn = readFileSync(forward, 'utf8').trim() === '1'
  const met = isOn || isWritable(forward)
  const found = isOn ? 'on' : met ? 'off until it is needed' : 'off'
  return {
    name: 'forwarding',
    met,
    found,
    help: 'sysctl net.ipv4.ip_forward=1, by whoever may write it',
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
