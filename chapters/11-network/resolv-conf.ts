// Whom a container asks for names.
//
//   in a network of its own users   the network's resolver, at the gateway
//   in the default one              whom the host asks
//
// The host's 127.0.0.53 is the container's own loopback: nobody is there. So
// systemd's second file is read then, and where that has no other either, the
// default network gets a resolver too, which asks on the host.
//
// man 5 resolv.conf, man 8 systemd-resolved

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { readText } from '../06-cgroups/cgroup-file.ts'
import type { Container } from '../09-containers/container.ts'
import { type ResolverWishes, resolvConf } from '../09-containers/hosts.ts'

/** The files that may say whom the host asks; the first that can be used. */
const hostFiles: readonly string[] = [
  '/etc/resolv.conf',
  '/run/systemd/resolve/resolv.conf',
]

/** What the host asks with, as far as a container can use it. */
export interface HostResolver {
  readonly text: string
  /** All of its servers are the host's own. */
  readonly isOwn: boolean
}

/** Looks for servers that are to be reached from elsewhere. */
export function hostResolver(files = hostFiles): HostResolver {
  const texts = files.map(readText).filter((text) => text !== '')
  const usable = texts.map(withoutLoopback)
  const found = usable.find((text) => /^nameserver\s/m.test(text))
  return { text: found ?? usable[0] ?? '', isOwn: found === undefined }
}

/**
 * Writes a container's file, unless somebody has changed it in there. With
 * `servers`, those are the network's: names of one word are asked for as they
 * are, before a domain is tried.
 */
export function writeResolvConf(
  { folder }: Pick<Container, 'folder'>,
  wishes: ResolverWishes,
  servers: readonly string[] | undefined,
  host = hostResolver(),
): void {
  const text = servers
    ? resolvConf({ ...wishes, dns: servers }, withDots(host.text, wishes))
    : resolvConf(wishes, host.text)
  const path = join(folder, 'resolv.conf')
  const copy = join(folder, 'resolv.conf.own')
  const there = readFileSync(path, 'utf8')
  const own = existsSync(copy) ? readFileSync(copy, 'utf8') : there
  if (own !== there) return // whoever has changed it means it
  if (text !== there) writeFileSync(path, text) // in place: it is mounted
  writeFileSync(copy, text)
}

function withoutLoopback(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^nameserver\s+(127\.|::1\b)/.test(line))
    .join('\n')
}

/** docker's: "web" is no host of the first search domain. */
function withDots(host: string, { dnsOption }: ResolverWishes): string {
  const hasOwn = /^options .*\bndots:/m.test(host) || dnsOption.length > 0
  if (hasOwn) return host
  return /^options /m.test(host)
    ? host.replace(/^options /m, 'options ndots:0 ')
    : `${host}\noptions ndots:0\n`
}
