// Which ports of the host lead into a container, as docker's -p has them.
//
//   80                         at a free port of the host, each time another
//   8080:80                    at 8080, whoever asks
//   127.0.0.1:8080:80/udp      for the host alone
//   [::1]:8080:80              the same by IPv6
//   8000-8009:80               at the first of these that is free
//   8000-8009:9000-9009        each at its own
//   published=8080,target=80   in words
//
// docs.docker.com/reference/cli/docker/container/run/#publish

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type {
  ExposedPort,
  PortRange,
  PublishedPort,
} from '../09-containers/record.ts'

import { formatAddress, parseAddress } from './subnet.ts'

const largest = 65535

/** So many that change their numbers are single elements in the firewall. */
export const mostChanged = 500

const hint =
  '-p [IP:][HOST_PORT:]PORT[/tcp|udp|sctp], as in -p 127.0.0.1:8080:80'

// #region read-published
// "127.0.0.1:8080:80/udp"
export function readPublished(text: string): PublishedPort {
  const refuse = () => refusal(`publish ${JSON.stringify(text)}`)
  const { ports, protocol } = withProtocol(inDigits(text, refuse), refuse)
  const [container = '', host = '', ...address] = ports
    .split(':')
    .toReversed()
  const inside = readRange(container) ?? refuse()
  const outside = host === '' ? undefined : (readRange(host) ?? refuse())
  const found: PublishedPort = {
    protocol,
    container: inside,
    address: readHost(address.toReversed().join(':'), refuse),
    ...(outside ? { host: outside } : {}),
  }
  return checkSizes(found, text)
}
// #endregion read-published

// "80", "80/udp", "8000-8009"
export function readExposed(text: string): ExposedPort {
  const refuse = () =>
    refusal(
      `expose ${JSON.stringify(text)}`,
      '--expose PORT[-PORT][/tcp|udp|sctp]',
    )
  const { ports, protocol } = withProtocol(text, refuse)
  return { protocol, container: readRange(ports) ?? refuse() }
}

/** How many ports are in a range. */
export function countOf([first, last]: PortRange): number {
  return last - first + 1
}

// "published=8080,target=80,protocol=udp" → "8080:80/udp"
function inDigits(text: string, refuse: () => never): string {
  if (!text.includes('=')) return text
  const words = text.split(',').map((word) => word.split('='))
  const values = new Map(
    words.map(([key = '', value = '', ...more]) =>
      more.length > 0 || value === '' ? refuse() : [key, value],
    ),
  )
  const known = ['published', 'target', 'protocol', 'mode']
  const isKnown = [...values.keys()].every((key) => known.includes(key))
  if (!isKnown || values.size < words.length) refuse()
  const {
    published = '',
    target,
    protocol = 'tcp',
  } = Object.fromEntries(values)
  return `${published}:${target}/${protocol}`
}

function withProtocol(text: string, refuse: () => never) {
  const [ports = '', word = 'tcp', ...more] = text.split('/')
  const all = ['tcp', 'udp', 'sctp'] as const
  const protocol = all.find((name) => name === word.toLowerCase())
  if (!protocol || more.length > 0) return refuse()
  return { ports, protocol }
}

// "80", "8000-8009"; Number() would also read "8e1" and "0x50"
function readRange(text: string): PortRange | undefined {
  const [, begin = '', end = begin] =
    /^([1-9]\d{0,4})(?:-([1-9]\d{0,4}))?$/.exec(text) ?? []
  const [first, last] = [Number(begin), Number(end)]
  return first > 0 && first <= last && last <= largest
    ? [first, last]
    : undefined
}

// "[::1]" → "::1"; docker reads it without brackets, too
function readHost(text: string, refuse: () => never): string {
  const [, bare = text] = /^\[(.+)\]$/.exec(text) ?? []
  if (text === '') return ''
  const address = parseAddress(bare)
  const isRight = address && (address.family === 6 || bare === text)
  return isRight ? formatAddress(address) : refuse()
}

/** Both sides have as many ports, or one is found in those of the host. */
function checkSizes(found: PublishedPort, text: string): PublishedPort {
  const { container, host } = found
  const count = countOf(container)
  if (!host || (count === 1 && countOf(host) > 1)) return found
  if (countOf(host) !== count)
    throw refusal(
      `publish ${JSON.stringify(text)}`,
      'as many ports on both sides, as in -p 8000-8009:9000-9009',
    )
  if (host[0] !== container[0] && count > mostChanged)
    throw refusal(
      `publish ${JSON.stringify(text)}`,
      `no more than ${mostChanged} ports can have other numbers outside`,
    )
  return found
}

function refusal(what: string, more = hint): never {
  throw new RockerError('bad-input', what, { hint: more })
}
