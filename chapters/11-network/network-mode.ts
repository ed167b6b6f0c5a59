// Which networks a container is in, as --network has it.
//
//   none  host  bridge           the three that are always there
//   container:web                that of another container
//   web                          one that was made, by name or id
//   name=web,alias=db,ip=10.9.0.5,mac-address=02:00:00:00:00:05
//
// It may be given more than once: then each is one that was made.
//
// docs.docker.com/reference/cli/docker/container/run/#network

import { isIPv4, isIPv6 } from 'node:net'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { formatAddress, parseAddress } from './subnet.ts'

/** One of a container's networks, and what it is to be there. */
export interface NetworkWish {
  readonly name: string
  readonly aliases: readonly string[]
  readonly ip?: string | undefined
  readonly ip6?: string | undefined
  readonly mac?: string | undefined
}

export interface NetworkMode {
  /** docker's NetworkMode: none, host, bridge, container:web, a name. */
  readonly mode: string
  /** Those that it is plugged into; none with none, host and container. */
  readonly networks: readonly NetworkWish[]
}

/** What was typed: of --network, --network-alias, --ip, --ip6, --mac-address. */
export interface NetworkFlags {
  readonly networks: readonly string[]
  readonly aliases?: readonly string[]
  readonly ip?: string | undefined
  readonly ip6?: string | undefined
  readonly mac?: string | undefined
}

type Part = Exclude<keyof NetworkWish, 'name'>

const keys: Readonly<Record<string, Part>> = {
  alias: 'aliases',
  ip: 'ip',
  ip6: 'ip6',
  'mac-address': 'mac',
}

/** Reads it; where nothing is said, it is `usual`. */
export function readNetworkMode(
  flags: NetworkFlags,
  usual: 'bridge' | 'none',
): NetworkMode {
  const typed = flags.networks.length > 0 ? flags.networks : ['default']
  const [first, ...others] = typed.map((text) => readOne(text, usual))
  const { networks: _, ...more } = flags
  const wishes = first ? [withFlags(first, more), ...others] : []
  checkTogether(wishes.map(({ name }) => name))
  const read = wishes.map(readWish)
  return {
    mode: read[0]?.name ?? usual,
    networks: read.filter(({ name }) => isPlug(name)),
  }
}

/** Checks what is wanted of one network; each value gets its one form. */
export function readWish(wish: NetworkWish): NetworkWish {
  checkWish(wish)
  return normal(wish)
}

/** Whether somebody made it: it is none of rocker's own. */
export function isUserDefined(name: string): boolean {
  return isPlug(name) && name !== 'bridge'
}

function isPlug(name: string): boolean {
  return !['none', 'host'].includes(name) && !name.startsWith('container:')
}

// "web", "name=web,alias=db,alias=sql"
function readOne(text: string, usual: string): NetworkWish {
  const refuse = (hint: string) =>
    wrong(`run in the network ${JSON.stringify(text)}`, hint)
  const fields = text.includes('=')
    ? text.split(',').map((field) => field.split('='))
    : [['name', text]]
  const found = new Map<string, string[]>()
  for (const [key = '', value = '', ...more] of fields) {
    const name = key.trim().toLowerCase()
    if (!(name === 'name' || Object.hasOwn(keys, name)) || more.length > 0)
      throw refuse(`its words are name=, ${Object.keys(keys).join('=, ')}=`)
    found.set(name, [...(found.get(name) ?? []), value.trim()])
  }
  const last = (key: string) => found.get(key)?.at(-1)
  const name = last('name') ?? ''
  if (name === '' || name === 'container:')
    throw refuse(
      'none, host, bridge, container:NAME, or what network ls lists',
    )
  return {
    name: name === 'default' ? usual : name,
    aliases: found.get('alias') ?? [],
    ip: last('ip'),
    ip6: last('ip6'),
    mac: last('mac-address'),
  }
}

/** --ip and its kin are about the first network. */
function withFlags(
  wish: NetworkWish,
  flags: Omit<NetworkFlags, 'networks'>,
): NetworkWish {
  const isGiven = (value: string | readonly string[] | undefined) =>
    value !== undefined && value.length > 0
  for (const [key, part] of Object.entries(keys))
    if (isGiven(flags[part]) && isGiven(wish[part]))
      throw wrong(
        `run with ${key}= in --network and --${part === 'aliases' ? 'network-alias' : key}`,
        'both are about the first network: take one of them',
      )
  return {
    name: wish.name,
    aliases: [...wish.aliases, ...(flags.aliases ?? [])],
    ip: flags.ip ?? wish.ip,
    ip6: flags.ip6 ?? wish.ip6,
    mac: flags.mac ?? wish.mac,
  }
}

/** docker's refusals of what contradicts itself. */
function checkTogether(names: readonly string[]): void {
  if (names.length < 2) return
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined)
    throw wrong(`run in the network ${twice} twice`, 'once is enough')
  if (!names.every(isUserDefined))
    throw wrong(
      `run in the networks ${names.join(' and ')}`,
      'together there are only networks of network create',
    )
}

function checkWish({ name, aliases, ip, ip6, mac }: NetworkWish): void {
  const shown = JSON.stringify(name)
  if (aliases.length > 0 && !isUserDefined(name))
    throw wrong(
      `run with an alias in the network ${shown}`,
      'names are known in networks of network create alone',
    )
  if ((ip ?? ip6) !== undefined && !isUserDefined(name))
    throw wrong(
      `run with an address in the network ${shown}`,
      'networks of network create --subnet have addresses to choose from',
    )
  if (mac !== undefined && !isPlug(name))
    throw wrong(
      `run with a hardware address in the network ${shown}`,
      'it has no device of its own there',
    )
}

function normal(wish: NetworkWish): NetworkWish {
  const { name, aliases, ip, ip6, mac } = wish
  return {
    name,
    aliases: [...new Set(aliases.map(readAlias))],
    ...(ip === undefined
      ? {}
      : { ip: readIp(ip, isIPv4, '--ip 10.9.0.5') }),
    ...(ip6 === undefined
      ? {}
      : { ip6: readIp(ip6, isIPv6, '--ip6 fd00:30::5') }),
    ...(mac === undefined ? {} : { mac: readMac(mac) }),
  }
}

/** A name of the DNS, or what may stand in one. */
function readAlias(text: string): string {
  if (/^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,252}$/.test(text)) return text
  throw wrong(
    `give it the alias ${JSON.stringify(text)}`,
    'letters, digits, and behind the first _ . and -',
  )
}

function readIp(
  text: string,
  isOfFamily: (text: string) => boolean,
  hint: string,
): string {
  const address = isOfFamily(text) ? parseAddress(text) : undefined
  if (address) return formatAddress(address)
  throw wrong(`give it the address ${JSON.stringify(text)}`, hint)
}

// "02-00-00-00-00-05", "0200.0000.0005" → 02:00:00:00:00:05
function readMac(text: string): string {
  const isMac =
    /^[\da-f]{2}(?:([:-])[\da-f]{2}(?:\1[\da-f]{2}){4})$/i.test(text) ||
    /^[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4}$/i.test(text)
  const digits = text.toLowerCase().replaceAll(/[:.-]/g, '')
  const isGroup = (Number.parseInt(digits.slice(0, 2), 16) & 1) === 1
  if (isMac && !isGroup && digits !== '0'.repeat(12))
    return digits.match(/../g)?.join(':') ?? ''
  throw wrong(
    `give it the hardware address ${JSON.stringify(text)}`,
    'one of a single device: 02:00:00:00:00:05',
  )
}

function wrong(doing: string, hint: string): RockerError {
  return new RockerError('bad-input', doing, { hint })
}
