// The three files of /etc that say where a container is: its own, whatever the
// image has, and changed from outside without touching the image.
//
// man 5 hosts, man 5 hostname, man 5 resolv.conf

import { readFileSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'

export const etcFiles = ['hosts', 'hostname', 'resolv.conf'] as const

/** What the flags say of names. */
export interface NameWishes extends ResolverWishes {
  readonly hostname: string
  readonly network: string
  readonly addHost: readonly string[] // db:10.0.0.2
}

/** What they say of whom it asks. */
export interface ResolverWishes {
  readonly dns: readonly string[]
  readonly dnsSearch: readonly string[]
  readonly dnsOption: readonly string[]
}

/** Stands for an address of the host that the container can reach. */
const hostGateway = 'host-gateway'
const localhost = '127.0.0.1'

const ownHosts = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
ff00::0\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
`

/**
 * Writes a container's three files into its folder. What depends on where
 * it is in a network comes with that.
 */
export function writeEtcFiles(folder: string, wishes: NameWishes): void {
  const contents = {
    hosts: hosts(wishes),
    hostname: `${wishes.hostname}\n`,
    'resolv.conf': resolvConf(wishes),
  }
  for (const name of etcFiles)
    writeFileSync(join(folder, name), contents[name], { mode: 0o644 })
}

function hosts({ network, addHost }: NameWishes): string {
  const isHost = network === 'host'
  const base = isHost ? `${readText('/etc/hosts')}\n` : ownHosts
  const lines = hostLines(addHost, isHost ? localhost : undefined)
  if (network === 'none' && lines.length < addHost.length) throw noGateway()
  return base + lines.map((line) => `${line}\n`).join('')
}

/** Lines of --add-host; without a gateway, those that need none. */
export function hostLines(
  addHost: readonly string[],
  gateway: string | undefined,
): string[] {
  return addHost.map(readHost).flatMap(([name, ip]) => {
    const address = ip === hostGateway ? gateway : ip
    return address === undefined ? [] : [hostLine(address, [name])]
  })
}

/** "172.30.0.2\tbox web" */
export function hostLine(ip: string, names: readonly string[]): string {
  return `${ip}\t${[...new Set(names)].join(' ')}`
}

/**
 * Takes some lines out of a container's hosts, and puts others in. The file
 * stays the one that the container has mounted, and keeps what it added.
 */
export function changeHosts(
  folder: string,
  { gone, here }: Record<'gone' | 'here', readonly string[]>,
): void {
  const path = join(folder, 'hosts')
  const before = readFileSync(path, 'utf8')
  const lines = before.replace(/\n$/, '').split('\n')
  const kept = lines.filter((line) => !gone.includes(line))
  const fresh = here.filter((line) => !kept.includes(line))
  const after = [...kept, ...fresh].map((line) => `${line}\n`).join('')
  if (after !== before) writeFileSync(path, after)
}

/** The host's own servers, unless it is told others. */
export function resolvConf(
  { dns, dnsSearch, dnsOption }: ResolverWishes,
  host = readText('/etc/resolv.conf'),
): string {
  const own = host.split('\n')
  const lines = (key: string, values: readonly string[]) =>
    values.length
      ? values.map((value) => `${key} ${value}`)
      : own.filter((line) => line.startsWith(`${key} `))
  const search = dnsSearch.map(readDomain)
  const options = dnsOption.map(readResolverOption)
  return [
    ...lines('nameserver', dns.map(readAddress)),
    ...lines('search', search.length ? [search.join(' ')] : []),
    ...lines('options', options.length ? [options.join(' ')] : []),
    '',
  ].join('\n')
}

// "db:10.0.0.2" → [db, 10.0.0.2]   "db=[fe80::1]" → [db, fe80::1]
export function readHost(text: string): [name: string, ip: string] {
  const at = text.search(/[:=]/)
  const [name, typed] = [text.slice(0, at), text.slice(at + 1)]
  const ip = /^\[[^\]]*\]$/.test(typed) ? typed.slice(1, -1) : typed
  if (at > 0 && isHostName(name) && (isIP(ip) || ip === hostGateway))
    return [name, ip]
  throw new RockerError(
    'bad-input',
    `add the host ${JSON.stringify(text)}`,
    {
      hint: `--add-host NAME:ADDRESS, as in db:10.0.0.2 or host:${hostGateway}`,
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

// "." alone says: in none
function readDomain(text: string): string {
  if (text === '.' || isHostName(text.replace(/\.$/, ''))) return text
  throw new RockerError(
    'bad-input',
    `search names in ${JSON.stringify(text)}`,
    { hint: '--dns-search takes a domain: lan.example.org' },
  )
}

// "ndots:2", "rotate"
function readResolverOption(text: string): string {
  if (/^[a-z][a-z0-9-]{0,31}(:\d{1,4})?$/.test(text)) return text
  throw new RockerError(
    'bad-input',
    `give the resolver the option ${JSON.stringify(text)}`,
    { hint: '--dns-option takes one of man 5 resolv.conf: ndots:2' },
  )
}

function isHostName(text: string): boolean {
  return text.length < 254 && /^[\w-]{1,63}(\.[\w-]{1,63})*$/.test(text)
}

function noGateway(): RockerError {
  return new RockerError(
    'bad-input',
    `add a host with ${hostGateway} and --network none`,
    { hint: 'it reaches the host from a network: --network bridge' },
  )
}
