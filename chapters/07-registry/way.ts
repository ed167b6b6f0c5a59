// The way to a server: by which proxy, how its name becomes an address, and
// who has to vouch for it.

import type { LookupFunction } from 'node:net'
import type { SecureContext } from 'node:tls'

import { isListed } from './hosts.ts'
import { type Environment, proxyFor } from './proxy.ts'
import { guarded } from './redirect.ts'
import { isStranger, trustFor } from './trust.ts'

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
  /** Authorities by host; docker's folder by default. */
  readonly certificates?: string
}

/** A way to one server; requests that have it in common share connections. */
export interface Way {
  readonly proxy: string | undefined
  /** For net.connect and tls.connect. */
  readonly connect: {
    readonly lookup?: LookupFunction
    readonly rejectUnauthorized: boolean
    readonly secureContext?: SecureContext
  }
  /** This system's authorities are believed too. */
  readonly isWide: boolean
}

/** The ways that were gone so far. */
export class Ways {
  private readonly network: Network
  private readonly known = new Map<string, Way>()
  private isWide = false

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

  /**
   * Whether a request that failed with this error may go well by another way:
   * one that also believes this system's authorities.
   */
  widen(way: Way, error: unknown): boolean {
    if (way.isWide || !isStranger(error)) return false
    if (!this.isWide) this.known.clear()
    this.isWide = true
    return true
  }

  private find(url: URL, sentBy: string | undefined): Way {
    const { env, insecure, lookup = system().lookup } = this.network
    const { isWide } = this
    const proxy = proxyFor(url, env)
    const safe = sentBy ? guarded(lookup, sentBy) : lookup
    const connect = {
      ...this.tls(url, !isListed(url.host, insecure)),
      // a proxy resolves names itself: then the words of the URL have to do
      ...(!proxy && { lookup: safe }),
    }
    return { proxy, connect, isWide }
  }

  private tls(url: URL, isChecked: boolean) {
    const { certificates: folder } = this.network
    const secureContext =
      isChecked && url.protocol === 'https:'
        ? trustFor(url, { isWide: this.isWide, ...(folder && { folder }) })
        : undefined
    return {
      rejectUnauthorized: isChecked,
      ...(secureContext && { secureContext }),
    }
  }
}

function system() {
  return process.getBuiltinModule('node:dns')
}
