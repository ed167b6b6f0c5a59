// Which hosts are near, and which are trusted without TLS.
//
// A registry on the internet must not send rocker to a service of this very
// machine, or to the address where clouds hand out their credentials
// (169.254.169.254). Names are looked at again when they are resolved.
//
// RFC 1122 3.2.1.3, RFC 3927, RFC 4291, RFC 6761

import { BlockList, isIP, isIPv6 } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addSubnet('0.0.0.0', 8) // connects to this machine too
loopback.addAddress('::1', 'ipv6')
loopback.addAddress('::', 'ipv6')

const linkLocal = new BlockList()
linkLocal.addSubnet('169.254.0.0', 16)
linkLocal.addSubnet('fe80::', 10, 'ipv6')

/** `localhost`, `127.1.2.3`, `[::1]`: this machine itself. */
export function isLoopback(hostname: string): boolean {
  const host = unbracketed(hostname)
  return isIn(loopback, host) || /^(?:.+\.)?localhost\.?$/.test(host)
}

/** `169.254.169.254`, `[fe80::1]`: addresses of this wire alone. */
export function isLinkLocal(hostname: string): boolean {
  return isIn(linkLocal, unbracketed(hostname))
}

/** Whether `host`, with its port, is among the hosts or networks listed. */
export function isListed(host: string, listed: readonly string[]): boolean {
  const url = URL.parse(`http://${host}`)
  return listed.some(
    (entry) =>
      entry.toLowerCase() === host.toLowerCase() ||
      (url !== null && isInSubnet(unbracketed(url.hostname), entry)),
  )
}

/** isInSubnet("10.1.2.3", "10.0.0.0/8") → true */
export function isInSubnet(address: string, subnet: string): boolean {
  const [network = '', prefix = ''] = subnet.split('/')
  const width = isIPv6(network) ? 128 : 32
  if (!isIP(network) || !/^\d{1,3}$/.test(prefix) || Number(prefix) > width)
    return false
  const block = new BlockList()
  block.addSubnet(network, Number(prefix), family(network))
  return isIn(block, address)
}

function isIn(block: BlockList, host: string): boolean {
  return isIP(host) !== 0 && block.check(host, family(host))
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4'
}

function unbracketed(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}
