// Which port of the host a published one gets, at this start.
//
//   -p 8080:80          8080, or nobody starts
//   -p 80               one that is free, of those that the kernel gives away
//   -p 8000-8009:80     the first of these that is free
//
// Whoever has asked for all addresses gets them of both families where the
// container has both: 0.0.0.0 and ::.

import { closeSync } from 'node:fs'

import { perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { flags, type Syscall } from '../01-syscalls/syscall.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'
import type {
  ContainerPorts,
  ExposedPort,
  PortRange,
  PublishedPort,
} from '../09-containers/record.ts'

import { type GivenPort, portsText } from './given-ports.ts'
import { type Claim, holderOf, isOfHost, type Taken } from './port-claim.ts'
import { countOf, mostChanged } from './port-option.ts'

const sctp = 132 // IPPROTO_SCTP

/** What has to be known to give ports away. */
export interface Giving {
  /** Whether the container has an address of IPv6. */
  readonly has6: boolean
  readonly taken: readonly Taken[]
  /** Which process of the host has something of it. */
  onHost(claim: Claim): Taken | undefined
  /** What the container has had in this run. */
  readonly earlier: readonly GivenPort[]
  /** Who has something, in words: `container web has it`. */
  nameOf(holder: Taken): string
}

// #region give-ports
/** Gives each its ports, or says who is in the way. */
export function givePorts(
  ports: ContainerPorts,
  { has6, taken, earlier, nameOf, onHost }: Giving,
): GivenPort[] {
  const given: GivenPort[] = []
  for (const wanted of wantedPorts(ports)) {
    const { protocol } = wanted
    if (protocol === 'sctp') checkSctp()
    const addresses = addressesFor(wanted, has6)
    const claims = (host: PortRange): Claim[] =>
      addresses.map((address) => ({ protocol, address, host }))
    const holder = (claim: Claim) =>
      holderOf([...taken, ...own(given)], claim) ?? onHost(claim)
    const isFree = (host: PortRange) => !claims(host).some(holder)
    for (const [container, host] of pairs(wanted, isFree, earlier))
      for (const claim of claims(host)) {
        const other = holder(claim)
        if (other) throw busy(claim, nameOf(other))
        given.push({ ...claim, container })
      }
  }
  return given
}
// #endregion give-ports

/** Those that were published, and those that are published with all others. */
function wantedPorts({
  published,
  exposed,
  all,
}: ContainerPorts): readonly PublishedPort[] {
  const isPublished = ({
    protocol,
    container: [first, last],
  }: ExposedPort) =>
    published.some(
      ({ protocol: other, container }) =>
        other === protocol && container[0] <= first && last <= container[1],
    )
  const others = all ? exposed.filter((one) => !isPublished(one)) : []
  return [...published, ...others.map((one) => ({ ...one, address: '' }))]
}

function addressesFor(
  { address, container, protocol }: PublishedPort,
  has6: boolean,
): string[] {
  if (address === '') return has6 ? ['0.0.0.0', '::'] : ['0.0.0.0']
  const at = `publish port ${portsText(container)}/${protocol} at ${address}`
  if (address.includes(':') && !has6)
    throw new RockerError('bad-input', `${at}: the container has no IPv6`, {
      hint: 'rocker network create --ipv6 makes a network that has it',
    })
  if (address === '::1')
    throw new RockerError(
      'unsupported',
      `${at}: answers would not find their way back to it`,
      { hint: 'the kernel hands on what comes to 127.0.0.1: take that' },
    )
  if (isOfHost(address)) return [address]
  throw new RockerError(
    'bad-input',
    `${at}: the host does not have this address`,
    { hint: 'ip address shows those that it has' },
  )
}

/** Whoever makes such a socket has the kernel load what it needs for it. */
function checkSctp(): void {
  const call: Syscall = {
    name: 'socket',
    args: [flags('AF_INET'), flags('SOCK_STREAM', 'SOCK_CLOEXEC'), sctp],
  }
  try {
    closeSync(perform(call).value)
  } catch (cause) {
    throw new RockerError('unsupported', 'publish a port of sctp', {
      cause,
      hint: 'this kernel has no SCTP: take tcp or udp',
    })
  }
}

type IsFree = (host: PortRange) => boolean

/** Ports of the container, each with as many of the host. */
function* pairs(
  { container, host, protocol }: PublishedPort,
  isFree: IsFree,
  earlier: readonly GivenPort[],
): Generator<readonly [container: PortRange, host: PortRange]> {
  const count = countOf(container)
  if (host && countOf(host) === count) yield [container, host]
  else if (host) yield [container, oneOf(host, host[0], isFree)]
  else if (count > mostChanged) yield [container, container]
  else
    for (let port = container[0]; port <= container[1]; port++) {
      const range = ephemeralPorts()
      const before = earlier.find(
        (one) => one.protocol === protocol && one.container[0] === port,
      )
      const any = range[0] + Math.floor(Math.random() * countOf(range))
      const start = before?.host[0] ?? any
      yield [[port, port], oneOf(range, start, isFree)]
    }
}

/** The first that is free from `start` on, and then from the beginning. */
function oneOf(range: PortRange, start: number, isFree: IsFree): PortRange {
  const [first, last] = range
  for (let i = 0; i < countOf(range); i++) {
    const port =
      start + i > last ? first + (start + i - last) - 1 : start + i
    if (isFree([port, port])) return [port, port]
  }
  throw new RockerError(
    'busy',
    `publish a port: of ${portsText(range)} none is free`,
    { hint: 'rocker ps shows which containers have them' },
  )
}

// "32768	60999": those that the kernel gives to whoever asks for any
function ephemeralPorts(): PortRange {
  const text = readText('/proc/sys/net/ipv4/ip_local_port_range')
  const [first = 32768, last = 60999] = text.split(/\s+/).map(Number)
  return [first, last]
}

function own(given: readonly GivenPort[]): Taken[] {
  return given.map((one) => ({ ...one, owner: { container: '' } }))
}

/** Says who has it. */
export function busy(
  { protocol, address, host }: Claim,
  who: string,
): RockerError {
  const at = address.includes(':') ? `[${address}]` : address
  return new RockerError(
    'busy',
    `publish ${at}:${portsText(host)}/${protocol}: ${who}`,
    { hint: 'take another port of the host, as in -p 8081:80' },
  )
}
