// The way to a server: by which proxy, how its name becomes an address, and
// whether its certificate is looked at.

import type { LookupFunction } from 'node:net'

import { isListed } from './hosts.ts'
import { type Environment, proxyFor } from './proxy.ts'
import { guarded } from './redirect.ts'

/** How rocker goes to the network. */
export interface Network {
  /** For HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  readonly env: Environment
  /** Hosts and networks whose certificates are not checked. */
  readonly insecure: readonly string[]
  /** Ends whatever is under way. */
  readonly signal: AbortSignal | undefined
  /** How names become addresses; the system's way by default. */
  readonly lookup?: LookupFunction
}

/** A way to one server; requests that have it in common share connections. */
export interface Way {
  readonly proxy: string | undefined
  /** For net.connect and tls.connect. */
  readonly connect: {
    readonly lookup?: LookupFunction
    readonly rejectUnauthorized: boolean
  }
}

/** The ways that were gone so far. */
export class Ways {
  private readonly network: Network
  private readonly known = new Map<string, Way>()

  constructor(network: Network) {
    this.network = network
  }

  /** The way to a server; `sentBy` is the host that sent rocker there. */
  to(url: URL, sentBy: string | undefined): Way {
    const key = `${url.origin} ${sentBy}`
    const way = this.known.get(key) ?? this.find(url, sentBy)
    this.known.set(key, way)
    return way
  }

  private find(url: URL, sentBy: string | undefined): Way {
    const { env, insecure, lookup = system().lookup } = this.network
    const proxy = proxyFor(url, env)
    const isChecked = !isListed(url.host, insecure)
    const connect = { rejectUnauthorized: isChecked }
    // a proxy resolves names itself: then the words of the URL have to do
    if (proxy) return { proxy, connect }
    const safe = sentBy ? guarded(lookup, sentBy) : lookup
    return { proxy, connect: { ...connect, lookup: safe } }
  }
}

function system() {
  return process.getBuiltinModule('node:dns')
}
