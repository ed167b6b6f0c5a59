// The NetworkSettings of `inspect`: where a container is to be reached.
//
// As with docker it has addresses while it runs. What it is given stays its own
// in between, but nobody is there then.

import type { Container } from '../09-containers/container.ts'
import type { ContainerState } from '../09-containers/state.ts'
import type { Endpoint } from '../11-network/endpoint-record.ts'
import { readEndpoints } from '../11-network/endpoints.ts'

import { endpointId } from './network-rows.ts'
import { portMap } from './port-document.ts'

interface Shown {
  readonly container: Container
  readonly state: ContainerState
}

const nowhere = {
  EndpointID: '',
  Gateway: '',
  GlobalIPv6Address: '',
  GlobalIPv6PrefixLen: 0,
  IPAddress: '',
  IPPrefixLen: 0,
  IPv6Gateway: '',
  MacAddress: '',
}

/** By docker's names; the old fields on top are those of the network bridge. */
export function networkSettings(
  shown: Shown,
): Readonly<Record<string, unknown>> {
  const { container, state } = shown
  const isUp = state.pid > 0
  const endpoints = readEndpoints(container)
  const usual = endpoints.find(({ name }) => name === 'bridge')
  return {
    Bridge: '',
    SandboxID: isUp ? container.id : '',
    SandboxKey: isUp ? `/proc/${state.pid}/ns/net` : '',
    Ports: portMap(shown),
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    ...(usual && isUp ? placeOf(container, usual) : nowhere),
    Networks: networksOf(shown, endpoints),
  }
}

/** The names of its networks, in their order; docker's own where it has none. */
export function networkNames(container: Container): string[] {
  const { network } = container.record
  if (network === 'none' || network === 'host') return [network]
  return whereReadable(container).map(({ name }) => name)
}

/** Whether it is in this network: a name, or an id from its beginning. */
export function isInNetwork(container: Container, text: string): boolean {
  const { network } = container.record
  if (network === 'none' || network === 'host') return network === text
  const isId = text.length >= 12
  return whereReadable(container).some(
    (one) => one.name === text || (isId && one.network.startsWith(text)),
  )
}

/** In a list, one that is damaged costs the others nothing. */
function whereReadable(container: Container): readonly Endpoint[] {
  try {
    return readEndpoints(container)
  } catch {
    return []
  }
}

function networksOf(
  { container, state }: Shown,
  endpoints: readonly Endpoint[],
) {
  const { network, name } = container.record
  const plain = {
    IPAMConfig: null,
    Links: null,
    Aliases: null,
    DriverOpts: null,
    NetworkID: '',
    ...nowhere,
    DNSNames: null,
  }
  if (network === 'none' || network === 'host') return { [network]: plain }
  const entries = endpoints.map((one) => {
    const isNamed = one.name !== 'bridge'
    const place = state.pid > 0 ? placeOf(container, one) : nowhere
    const names = [name, ...one.aliases, container.id.slice(0, 12)]
    return [
      one.name,
      {
        ...plain,
        Aliases: one.aliases.length > 0 ? one.aliases : null,
        NetworkID: one.network,
        ...place,
        DNSNames: isNamed ? [...new Set(names)] : null,
      },
    ]
  })
  return Object.fromEntries(entries)
}

function placeOf({ id }: Container, endpoint: Endpoint) {
  const [address = '', bits = 0] = endpoint.address.split('/')
  const [address6 = '', bits6 = 0] = endpoint.address6?.split('/') ?? []
  return {
    EndpointID: endpointId(endpoint.network, id),
    Gateway: endpoint.gateway ?? '',
    GlobalIPv6Address: address6,
    GlobalIPv6PrefixLen: Number(bits6),
    IPAddress: address,
    IPPrefixLen: Number(bits),
    IPv6Gateway: endpoint.gateway6 ?? '',
    MacAddress: endpoint.mac,
  }
}
