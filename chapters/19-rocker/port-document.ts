// The ports of a container, as docker shows them: in a column, in lists, and by
// name.
//
//   0.0.0.0:8080->80/tcp, 0.0.0.0:7000-7009->7000-7009/tcp, 443/tcp

import type { Container } from '../09-containers/container.ts'
import type {
  ContainerPorts,
  ExposedPort,
} from '../09-containers/record.ts'
import type { ContainerState } from '../09-containers/state.ts'
import {
  type GivenPort,
  portsText,
  readGiven,
} from '../11-network/given-ports.ts'

/** A container, and what it is doing. */
interface Shown {
  readonly container: Container
  readonly state: Pick<ContainerState, 'status'>
}

/** Where a port leads from, as docker's API has it. */
interface Binding {
  readonly HostIp: string
  readonly HostPort: string
}

/** The ports of the host that lead to it, if it runs; in their order. */
export function givenPorts({ container, state }: Shown): GivenPort[] {
  const { ports } = container.record
  const runs = ['running', 'paused'].includes(state.status)
  if (!ports || !runs) return []
  try {
    return readGiven(container).toSorted(byPort)
  } catch {
    return [] // it is damaged, and gone with this run
  }
}

/** What is exposed and not published, if it runs. */
function onlyExposed(
  { container, state }: Shown,
  given: readonly GivenPort[],
): ExposedPort[] {
  const { exposed = [] } = container.record.ports ?? {}
  if (!['running', 'paused'].includes(state.status)) return []
  return exposed.filter(
    ({ protocol, container: [first, last] }) =>
      !given.some(
        (one) =>
          one.protocol === protocol &&
          one.container[0] <= first &&
          last <= one.container[1],
      ),
  )
}

/** What `ps` has in its column: runs of ports in one word. */
export function portsColumn(shown: Shown): string {
  const given = givenPorts(shown)
  const isSame = ({ container, host }: GivenPort) =>
    container[0] === host[0]
  const same = joined([
    ...onlyExposed(shown, given).map((one) => ({ ...one, address: '' })),
    ...given.filter(isSame),
  ]).map(({ address, container, protocol }) => {
    const range = portsText(container)
    return address
      ? `${address}:${range}->${range}/${protocol}`
      : `${range}/${protocol}`
  })
  const others = given
    .filter((one) => !isSame(one))
    .map(
      ({ address, host, container, protocol }) =>
        `${address}:${portsText(host)}->${portsText(container)}/${protocol}`,
    )
  return [...same, ...others].join(', ')
}

/** Neighbours become one. */
function joined(ports: readonly Joinable[]): Joinable[] {
  const all: Joinable[] = []
  for (const one of ports.toSorted(byPort)) {
    const before = all.findIndex(
      ({ address, protocol, container: [, last] }) =>
        address === one.address &&
        protocol === one.protocol &&
        last + 1 === one.container[0],
    )
    const { container: [first] = one.container } = all[before] ?? {}
    const whole = { ...one, container: [first, one.container[1]] as const }
    if (before < 0) all.push(one)
    else all[before] = whole
  }
  return all
}

type Joinable = ExposedPort & Pick<GivenPort, 'address'>

/** `inspect`: each port of the container, and what leads to it. */
export function portMap(shown: Shown): Record<string, Binding[] | null> {
  const given = givenPorts(shown)
  const map: Record<string, Binding[] | null> = {}
  for (const name of onlyExposed(shown, given).flatMap(namesOf))
    map[name] = null
  for (const one of given)
    namesOf(one).forEach((name, i) => {
      const HostPort = `${one.host[0] + i}`
      map[name] = [...(map[name] ?? []), { HostIp: one.address, HostPort }]
    })
  return map
}

/** HostConfig: as it was asked for. */
export function portBindings({
  ports,
}: {
  readonly ports?: ContainerPorts | undefined
}): Record<string, Binding[]> {
  const map: Record<string, Binding[]> = {}
  for (const one of ports?.published ?? [])
    namesOf(one).forEach((name, i) => {
      const binding = { HostIp: one.address, HostPort: hostText(one, i) }
      map[name] = [...(map[name] ?? []), binding]
    })
  return map
}

/** Config: all that it may listen on. */
export function exposedPorts(
  ports: ContainerPorts | undefined,
): Record<string, object> | undefined {
  const all = [...(ports?.exposed ?? []), ...(ports?.published ?? [])]
  const names = all.toSorted(byPort).flatMap(namesOf)
  if (names.length === 0) return undefined
  return Object.fromEntries(names.map((name) => [name, {}]))
}

// "80/tcp", "81/tcp", …
function namesOf({ container, protocol }: ExposedPort): string[] {
  const [first, last] = container
  return Array.from(
    { length: last - first + 1 },
    (_, i) => `${first + i}/${protocol}`,
  )
}

function hostText(
  { host, container }: ContainerPorts['published'][number],
  i: number,
): string {
  if (!host) return ''
  const isOneOf = container[0] === container[1] && host[0] !== host[1]
  return isOneOf ? portsText(host) : `${host[0] + i}`
}

function byPort(
  a: ExposedPort & { readonly address?: string },
  b: ExposedPort & { readonly address?: string },
): number {
  const [first, second] = [a.address ?? '', b.address ?? '']
  if (a.container[0] !== b.container[0])
    return a.container[0] - b.container[0]
  if (first !== second) return first < second ? -1 : 1
  return a.protocol < b.protocol ? -1 : Number(a.protocol > b.protocol)
}
