// Connections to registries: who is asked, by which client, and how long one
// waits for the first word.

import type { Readable } from 'node:stream'

import type { Client, Incoming } from './client.ts'
import { explained, stalled } from './network-error.ts'
import { NodeClient } from './node-client.ts'
import { type Network, type Way, Ways } from './way.ts'

/** One request, and what is known of its answer before. */
export interface Sending {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Makes it a POST of a form. */
  readonly form: string | undefined
  /** A layer may come: Node's own client carries it. */
  readonly isLarge: boolean
  /** The host that sent rocker here, unless that is the host itself. */
  readonly sentBy: string | undefined
  readonly idleMs: number
}

const userAgent = 'rocker/0.1.0'

/** Connections, kept for the next request until they are closed. */
export class Connections {
  private readonly network: Network
  private readonly ways: Ways
  private readonly large = new NodeClient()
  private small: Promise<Client> | undefined
  private readonly bodies = new Set<Readable>()
  private readonly end = new AbortController()
  private readonly abort = () => {
    const reason = this.network.signal?.reason ?? new Error('closed')
    for (const body of this.bodies) body.destroy(reason)
    this.end.abort(reason)
  }

  constructor(network: Network) {
    this.network = network
    this.ways = new Ways(network)
    network.signal?.addEventListener('abort', this.abort, { once: true })
  }

  /** Sends a request; resolves when the head of the answer is there. */
  async send(sending: Sending): Promise<Incoming> {
    const { url, isLarge, sentBy } = sending
    const client = isLarge ? this.large : await this.loadSmall()
    for (;;) {
      this.network.signal?.throwIfAborted()
      const way = this.ways.to(url, sentBy)
      try {
        return await this.sendBy(client, way, sending)
      } catch (error) {
        this.network.signal?.throwIfAborted()
        if (!this.ways.widen(way, error)) throw explained(url, error)
      }
    }
  }

  private async sendBy(
    client: Client,
    way: Way,
    { url, form, headers, idleMs }: Sending,
  ): Promise<Incoming> {
    const late = new AbortController()
    const end = () => late.abort(stalled(url, idleMs))
    const silence = setTimeout(end, idleMs)
    try {
      const incoming = await client.send(
        {
          url,
          way,
          form,
          headers: { 'user-agent': userAgent, ...headers },
        },
        AbortSignal.any([this.end.signal, late.signal]),
      )
      this.watch(incoming.body)
      return incoming
    } catch (error) {
      throw late.signal.reason ?? error
    } finally {
      clearTimeout(silence)
    }
  }

  /** Ends all connections, also those under way. */
  close(): void {
    this.network.signal?.removeEventListener('abort', this.abort)
    this.abort()
    this.large.close()
    this.small?.then((client) => client.close())
  }

  private loadSmall(): Promise<Client> {
    this.small ??= import('./undici-client.ts').then(
      ({ UndiciClient }) => new UndiciClient(),
    )
    return this.small
  }

  private watch(body: Readable): void {
    this.bodies.add(body)
    body.on('error', () => {}) // who reads it is told; nobody has to
    body.once('close', () => this.bodies.delete(body))
  }
}
