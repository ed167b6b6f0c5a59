// The lines of `network ls`, and what `network inspect` shows.

import type { Endpoint } from '../11-network/endpoint-record.ts'
import type { NetworkUser } from '../11-network/network-users.ts'

import { goTime } from './go-text.ts'
import type { ListedNetwork } from './network-list.ts'

export const networkHeads = {
  CreatedAt: 'CREATED AT',
  Driver: 'DRIVER',
  ID: 'NETWORK ID',
  IPv4: 'IPV4',
  IPv6: 'IPV6',
  Internal: 'INTERNAL',
  Labels: 'LABELS',
  Name: 'NAME',
  Scope: 'SCOPE',
  Label: (key: unknown) => String(key),
}

/** The line of one network. */
export function networkRow(
  { id, name, driver, created, labels, ...more }: ListedNetwork,
  { whole }: { readonly whole: boolean },
) {
  return {
    get CreatedAt() {
      return goTime(Date.parse(created))
    },
    Driver: driver,
    ID: whole ? id : id.slice(0, 12),
    IPv4: `${more.subnets.length > 0}`,
    IPv6: `${more.ipv6}`,
    Internal: `${more.internal}`,
    Labels: Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(','),
    Name: name,
    Scope: 'local',
    Label: (key: unknown) =>
      Object.hasOwn(labels, String(key)) ? (labels[String(key)] ?? '') : '',
  }
}

/** By docker's names. */
export function networkDocument(network: ListedNetwork) {
  const { id, name, driver, created, subnets } = network
  return {
    Name: name,
    Id: id,
    Created: created,
    Scope: 'local',
    Driver: driver,
    EnableIPv4: subnets.length > 0,
    EnableIPv6: network.ipv6,
    IPAM: {
      Driver: 'default',
      Options: network.isBuiltIn ? null : {},
      Config: subnets.map(({ subnet, ipRange, gateway }) => ({
        Subnet: subnet,
        IPRange: ipRange,
        Gateway: gateway,
      })),
    },
    Internal: network.internal,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: Object.fromEntries(
      network.users().flatMap((user) => containerEntry(id, user)),
    ),
    Options: network.options,
    Labels: network.labels,
  }
}

function containerEntry(network: string, user: NetworkUser) {
  const { id, container, endpoint } = user
  if (!container) return [] // it is being made
  const shown = {
    Name: container.record.name,
    EndpointID: endpointId(network, id),
    MacAddress: endpoint?.mac ?? '',
    IPv4Address: endpoint?.address ?? '',
    IPv6Address: endpoint?.address6 ?? '',
  }
  return [[id, shown] as const]
}

/** docker's networks have ids for each place: of both ids one is made. */
export function endpointId(
  network: Endpoint['network'],
  container: string,
): string {
  const both = BigInt(`0x${network}`) ^ BigInt(`0x${container}`)
  return both.toString(16).padStart(64, '0')
}
