// A network: a bridge of the kernel's, and what is written down of it.
//
//   networks/<id>/network.json
//
// The bridge may go at any time, by a reboot or by hand. It is made anew from
// this record when the next container starts that is on the network.

/** What is kept of a network. */
export interface NetworkRecord {
  readonly version: 1
  readonly id: string // 64 hex digits
  readonly name: string
  readonly created: string // ISO 8601
  readonly driver: 'bridge'
  /** Its containers reach one another, and nobody else. */
  readonly internal: boolean
  readonly ipv6: boolean
  /** At most one of each family, IPv4 first. */
  readonly subnets: readonly Subnet[]
  readonly labels: Readonly<Record<string, string>>
  /** As they were given with -o, by docker's names. */
  readonly options: Readonly<Record<string, string>>
  /** The device's name: rk- and the first 8 digits of the id, or as wished. */
  readonly bridge: string
}

/** The addresses of one family. */
export interface Subnet {
  readonly subnet: string // 172.30.0.0/16
  /** The bridge's own address; the way out of the network. */
  readonly gateway: string // 172.30.0.1
  /** Addresses that nobody asked for are taken from here. */
  readonly ipRange?: string // 172.30.5.0/24
  /** Nobody chose it: rocker found it free. */
  readonly found?: true
}
