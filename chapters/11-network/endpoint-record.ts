// Where a container is plugged into a network: two ends of one cable, and the
// address that it has there.
//
//   containers/<id>/networks.json   Endpoint[]
//
// The address is leased when the container is made. The cable is made anew for
// each run, from what is written here.

/** A container's place in one network. */
export interface Endpoint {
  readonly network: string // the network's id
  readonly name: string // the network's name
  readonly bridge: string // rk-1a2b3c4d
  /** The host's end of the cable: rk, 8 digits of the container's id, .n */
  readonly link: string // rk5e6f7a8b.0
  /** The container's end: eth and the same n. */
  readonly device: string // eth0
  readonly mac: string // 02:42:ac:1e:00:02
  readonly address: string // 172.30.0.2/16
  /** None in an internal network: there is no way out. */
  readonly gateway?: string // 172.30.0.1
  readonly address6?: string // fd00:30::2/64
  readonly gateway6?: string
  /** Other names that peers of the network know it by. */
  readonly aliases: readonly string[]
  readonly internal: boolean
}
