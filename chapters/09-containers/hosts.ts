// The three files of /etc that say where a container is: its own, whatever the
// image has, and changed from outside without touching the image.
//
// man 5 hosts, man 5 hostname, man 5 resolv.conf

import { writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'

export const etcFiles = ['hosts', 'hostname', 'resolv.conf'] as const

/** What the flags say of names. */
export interface NameWishes {
  readonly hostname: string
  readonly network: string
  readonly addHost: readonly string[] // db:10.0.0.2
  readonly dns: readonly string[]
  readonly dnsSearch: readonly string[]
  readonly dnsOption: readonly string[]
}

const ownHosts = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
ff00::0\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
`

/** Writes a container's three files into its folder. */
export function writeEtcFiles(folder: string, wishes: NameWishes): void {
  const contents = {
    hosts: hosts(wishes),
    hostname: `${wishes.hostname}\n`,
    'resolv.conf': resolver(wishes),
  }
  for (const name of etcFiles)
    writeFileSync(join(folder, name), contents[name], { mode: 0o644 })
}

function hosts({ network, addHost }: NameWishes): string {
  const base = network === 'host' ? `${readText('/etc/hosts')}\n` : ownHosts
  const added = addHost.map(readHost)
  return base + added.map(([name, ip]) => `${ip}\t${name}\n`).join('')
}

/** The host's own servers, unless it is told others. */
function resolver({ dns, dnsSearch, dnsOption }: NameWishes): string {
  const own = readText('/etc/resolv.conf').split('\n')
  const lines = (key: string, values: readonly string[]) =>
    values.length
      ? values.map((value) => `${key} ${value}`)
      : own.filter((line) => line.startsWith(`${key} `))
  return [
    ...lines('nameserver', dns.map(readAddress)),
    ...lines('search', dnsSearch.length ? [dnsSearch.join(' ')] : []),
    ...lines('options', dnsOption.length ? [dnsOption.join(' ')] : []),
    '',
  ].join('\n')
}

// "db:10.0.0.2" → [db, 10.0.0.2]   "db:fe80::1" → [db, fe80::1]
export function readHost(text: string): [name: string, ip: string] {
  const at = text.indexOf(':')
  const [name, ip] = [text.slice(0, at), text.slice(at + 1)]
  if (at > 0 && /^[\w.-]+$/.test(name) && isIP(ip)) return [name, ip]
  throw new RockerError(
    'bad-input',
    `add the host ${JSON.stringify(text)}`,
    {
      hint: '--add-host NAME:ADDRESS, as in db:10.0.0.2',
    },
  )
}

export function readAddress(text: string): string {
  if (isIP(text)) return text
  throw new RockerError(
    'bad-input',
    `ask the name server ${JSON.stringify(text)}`,
    {
      hint: '--dns takes an address: 9.9.9.9',
    },
  )
}
