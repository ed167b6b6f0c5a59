// What rocker tells the kernel's firewall, in the language of nft.
//
//   inet rocker     what is handed on between the networks, the host and the
//                   world, and which port of the host leads to a container
//   bridge rocker   what a container may say that it is
//
// The rules are the same for everybody and never change. What changes are the
// elements of the sets that they look into: one for each network, address and
// published port.
//
// man 8 nft, wiki.nftables.org

export const tableName = 'rocker'

// #region handed-on
const handedOn = `
table inet rocker {
  set bridges { type ifname; }            # the bridge of each network
  set networks { type ifname . ifname; }  # the same: in and out again
  set internal { type ifname; }           # those without a way out
  set selves4 { type ipv4_addr . ipv4_addr; }
  set selves6 { type ipv6_addr . ipv6_addr; }

  chain guard {
    type filter hook prerouting priority -300; policy accept;
    # the host's loopback is the host's alone
    ip daddr 127.0.0.0/8 iifname != "lo" drop
    ip6 daddr ::1 iifname != "lo" drop
  }

  chain forward {
    type filter hook forward priority 0; policy accept;
    ct state established,related accept
    iifname . oifname @networks accept
    iifname @internal drop
    oifname @internal drop
    ct state invalid iifname @bridges drop
    ct status dnat oifname @bridges accept
    oifname @bridges drop
  }

  chain leave {
    type nat hook postrouting priority 100; policy accept;
    # called by loopback, by a peer, by itself: it answers to the host
    ip saddr 127.0.0.0/8 oifname @bridges masquerade
    ip saddr . ip daddr @selves4 masquerade
    ip6 saddr . ip6 daddr @selves6 masquerade
    iifname != @bridges return
    iifname . oifname @networks ct status dnat masquerade
    oifname != @bridges masquerade
  }
}
`
// #endregion handed-on

// #region published
const published = `
table inet rocker {
  # protocol and port, at each address of the host : where that leads to
  map published4 {
    type inet_proto . inet_service : ipv4_addr . inet_service
  }
  map published6 {
    type inet_proto . inet_service : ipv6_addr . inet_service
  }
  # at one address alone
  map published_at4 {
    type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service
  }
  map published_at6 {
    type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service
  }
  # of a range each port leads to the same one
  map ranges4 {
    type ipv4_addr . inet_proto . inet_service : ipv4_addr
    flags interval
  }
  map ranges6 {
    type ipv6_addr . inet_proto . inet_service : ipv6_addr
    flags interval
  }

  set resolving { type ifname; }          # bridges with names to look up

  chain from_others {
    type nat hook prerouting priority -100; policy accept;
    # "who is web?": asked of the gateway, whoever has published port 53
    th dport 53 iifname @resolving fib daddr . iif type local return
    fib daddr type local jump publish
  }
  chain from_host {
    type nat hook output priority -100; policy accept;
    ip6 daddr ::1 accept # no answer would find its way back to it
    fib daddr type local jump publish
  }
  chain publish {
    meta l4proto { tcp, udp, sctp } dnat ip to \\
      meta l4proto . th dport map @published4
    meta l4proto { tcp, udp, sctp } dnat ip to \\
      ip daddr . meta l4proto . th dport map @published_at4
    meta l4proto { tcp, udp, sctp } dnat ip to \\
      ip daddr . meta l4proto . th dport map @ranges4
    meta l4proto { tcp, udp, sctp } dnat ip6 to \\
      meta l4proto . th dport map @published6
    meta l4proto { tcp, udp, sctp } dnat ip6 to \\
      ip6 daddr . meta l4proto . th dport map @published_at6
    meta l4proto { tcp, udp, sctp } dnat ip6 to \\
      ip6 daddr . meta l4proto . th dport map @ranges6
  }
}
`
// #endregion published

// #region pinned
const pinned = `
table bridge rocker {
  set ports { type ifname; }              # the host's end of each cable
  set pins4 { type ifname . ether_addr . ipv4_addr; }
  set pins6 { type ifname . ether_addr . ipv6_addr; }
  set said6 { typeof meta iifname . @th,64,128; }

  chain pin {
    type filter hook prerouting priority -300; policy accept;
    iifname . ether saddr . ip saddr @pins4 accept
    iifname != @ports accept
    # "this address has this MAC": of itself alone
    iifname . ether saddr . arp saddr ip @pins4 jump says
    icmpv6 type nd-neighbor-advert iifname . @th,64,128 != @said6 drop
    icmpv6 type nd-router-advert drop
    icmpv6 type nd-redirect drop
    iifname . ether saddr . ip6 saddr @pins6 accept
    drop
  }
  chain says {
    iifname . arp saddr ether . arp saddr ip @pins4 accept
    drop
  }
}
`
// #endregion pinned

const tables = [
  { family: 'inet', text: handedOn + published },
  { family: 'bridge', text: pinned },
] as const

const rules = tables.map(({ text }) => text).join('')

let mark: string | undefined

/** Known by its text: other rules are another firewall. */
export function firewallMark(): string {
  mark ??= `rocker ${fingerprint(rules)}`
  return mark
}

/** Tables that are there already, by the kernel's numbers for them. */
export type Handles = Readonly<
  Partial<Record<ChainUse['family'], string | undefined>>
>

/**
 * One transaction: what was there goes in the same moment. It fails where the
 * tables are others by now: then somebody else was faster.
 */
export function firewallText(handles: Handles): string {
  const start = tables.map(
    ({ family }) =>
      `create table ${family} ${tableName} { comment "${firewallMark()}"; }`,
  )
  return [removalText(handles), ...start, rules].join('\n')
}

/** What was there goes, if it is still there. */
export function removalText(handles: Handles): string {
  return tables
    .filter(({ family }) => handles[family])
    .map(({ family }) => `delete table ${family} handle ${handles[family]}`)
    .join('\n')
}

/** How often a chain is used: by its own rules, and by those that jump. */
export interface ChainUse {
  readonly family: 'inet' | 'bridge'
  readonly chain: string
  readonly uses: number
}

/** What the kernel has to count where all rules are there. */
export function chainUses(): ChainUse[] {
  const uses = new Map<string, ChainUse>()
  const add = (family: ChainUse['family'], chain = '') => {
    const before = uses.get(chain)?.uses ?? 0
    uses.set(chain, { family, chain, uses: before + 1 })
  }
  for (const { family, text } of tables) {
    const lines = text.replaceAll(/\\\n\s*/g, '').split('\n')
    let chain: string | undefined
    for (const line of lines.map((one) => one.trim())) {
      if (line === '}') chain = undefined
      else if (line.startsWith('chain ')) chain = line.split(' ')[1]
      else if (chain && !/^(#|type )/.test(line)) add(family, chain)
      const target = / jump (\w+)$/.exec(line)?.[1]
      if (target) add(family, target)
    }
  }
  return [...uses.values()]
}

// FNV-1a, 32 bits: node:crypto takes 5 ms to load
function fingerprint(text: string): string {
  const bytes = Buffer.from(text)
  let hash = 0x811c9dc5
  for (let i = 0; i < bytes.length; i++)
    hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
