// One repository of a registry: an image's name goes in, its manifest and
// its blobs come out, each as true as the name that asked for it.
//
//   debian:12 ─▶ index ─▶ manifest of linux/amd64 ─▶ config, layers
//     a name    digest          digest                 digests
//
// Only the first step is trust: whoever holds a tag may move it. From there
// on each digest says what the next bytes must be.
//
// https://github.com/opencontainers/distribution-spec

import type { LookupFunction } from 'node:net'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { fetchBlob } from './blob.ts'
import { type Configuration, readConfiguration } from './configuration.ts'
import { Connections } from './connections.ts'
import { type Claim, Verifier } from './digest.ts'
import { type Asked, type Document, fetchDocument } from './document.ts'
import { Endpoint, placesOf } from './endpoint.ts'
import {
  type Descriptor,
  type Index,
  isManifestType,
  type Manifest,
  parseManifest,
} from './manifest.ts'
import { Patience, type Temper } from './patience.ts'
import {
  choosePlatform,
  formatPlatform,
  type Platform,
} from './platform.ts'
import type { Environment } from './proxy.ts'
import { canonicalName, type Reference } from './reference.ts'

/** What a reference means on one platform. */
export interface Resolved extends Document {
  readonly manifest: Manifest
  /** The index that the name stands for, when it stands for one. */
  readonly index: Document | undefined
}

/** How a repository is reached. */
export interface RegistryOptions {
  /** Ends whatever is under way, at once. */
  readonly signal?: AbortSignal
  /** Told what takes long, and where a login goes: one line each. */
  readonly report?: (line: string) => void
  /** Mirrors and insecure registries; daemon.json by default. */
  readonly configuration?: Configuration
  /** Proxies, and where docker's config.json lies. */
  readonly env?: Environment
  /** How names become addresses. */
  readonly lookup?: LookupFunction
  /** How long a silence may last. */
  readonly idleMs?: number
  /** How long one waits before the second try. */
  readonly backOffMs?: number
}

const mostBytes = 4 * 1024 * 1024
const deepestIndex = 3
const mirrorTries = 2
const mostShown = 20

/** A repository; its connections live until it is closed. */
export class Repository {
  readonly reference: Reference
  private readonly temper: Temper
  private readonly idleMs: number
  private readonly connections: Connections
  private readonly endpoints: readonly Endpoint[]
  private first = 0 // the endpoint that answered last

  constructor(reference: Reference, options: RegistryOptions = {}) {
    const { signal, lookup, env = process.env, idleMs = 30_000 } = options
    const configuration = options.configuration ?? readConfiguration(env)
    const insecure = configuration.insecureRegistries
    this.reference = reference
    this.idleMs = idleMs
    this.temper = {
      backOffMs: options.backOffMs ?? 500,
      signal,
      report: options.report ?? (() => {}),
    }
    const network = { env, insecure, signal, ...(lookup && { lookup }) }
    const connections = new Connections(network)
    this.connections = connections
    const common = {
      ...this.temper,
      ...network,
      connections,
      idleMs,
      signal,
    }
    this.endpoints = placesOf(reference, configuration).map(
      (place) => new Endpoint(place, reference.repository, common),
    )
  }

  // #region resolve
  /** The manifest that the reference means on this platform. */
  async resolve(platform: Platform): Promise<Resolved> {
    for (let i = this.first; ; i++) {
      const endpoint = this.endpoint(i)
      try {
        const resolved = await this.resolveAt(endpoint, platform)
        this.first = i
        return resolved
      } catch (error) {
        this.next(i, error)
      }
    }
  }

  private async resolveAt(
    endpoint: Endpoint,
    platform: Platform,
  ): Promise<Resolved> {
    const top = await this.document(endpoint, this.reference)
    let document = top
    let parsed = this.parse(top)
    for (let depth = 1; parsed.kind === 'index'; depth++) {
      if (depth > deepestIndex)
        throw new RockerError(
          'refused',
          `read ${this.name}: indexes of indexes, ${depth} deep`,
        )
      const entry = this.choose(parsed, platform)
      document = await this.document(endpoint, entry)
      parsed = this.parse(document)
    }
    return {
      ...document,
      mediaType: parsed.mediaType,
      manifest: parsed,
      index: document === top ? undefined : top,
    }
  }
  // #endregion resolve

  /**
   * A blob in chunks. Size and digest are checked here: when the loop over
   * the chunks ends without an error, the blob is whole and true, and not
   * before.
   */
  blob(claim: Claim): AsyncGenerator<Buffer, void> {
    return this.content(claim, true)
  }

  private async *content(
    claim: Claim,
    isLarge: boolean,
  ): AsyncGenerator<Buffer, void> {
    const verifier = new Verifier(claim)
    for (let i = this.first; ; i++) {
      const endpoint = this.endpoint(i)
      const patience = this.patience(endpoint)
      const { idleMs } = this
      try {
        yield* fetchBlob(endpoint, claim, {
          verifier,
          patience,
          idleMs,
          isLarge,
        })
        break
      } catch (error) {
        if (verifier.count > claim.size) throw error // spoilt for others too
        this.next(i, error)
      }
    }
    verifier.end()
  }

  /** A small blob whole, as an image's configuration is: at most 4 MiB. */
  async smallBlob(claim: Claim): Promise<Buffer> {
    if (claim.size > mostBytes)
      throw new RockerError(
        'refused',
        `get ${claim.digest}: it has more than ${mostBytes} bytes`,
      )
    const parts: Buffer[] = []
    for await (const part of this.content(claim, false)) parts.push(part)
    return Buffer.concat(parts)
  }

  /** Closes the connections, so that Node can leave. */
  close(): void {
    this.connections.close()
  }

  private get name(): string {
    return canonicalName(this.reference)
  }

  private endpoint(i: number): Endpoint {
    const endpoint = this.endpoints[i]
    if (endpoint) return endpoint
    throw new RockerError('unavailable', `reach ${this.name}`)
  }

  /** Goes on to the next endpoint, or throws the error. */
  private next(i: number, error: unknown): void {
    this.temper.signal?.throwIfAborted()
    const { place } = this.endpoint(i)
    const isUnavailable =
      error instanceof RockerError && error.code === 'unavailable'
    const mayGoOn = place.isMirror || isUnavailable
    if (!mayGoOn || i + 1 >= this.endpoints.length) throw error
    const { message } = error as Error
    const { origin } = this.endpoint(i + 1).place.base
    this.temper.report(`${message}: goes on with ${origin}`)
  }

  private patience(endpoint: Endpoint): Patience {
    return endpoint.place.isMirror
      ? new Patience(this.temper, mirrorTries)
      : new Patience(this.temper)
  }

  private document(endpoint: Endpoint, asked: Asked): Promise<Document> {
    return fetchDocument(endpoint, asked, {
      what: `the manifest of ${this.name}`,
      patience: this.patience(endpoint),
      idleMs: this.idleMs,
    })
  }

  private parse({ bytes, mediaType }: Document): Manifest | Index {
    return parseManifest(bytes, mediaType, `the manifest of ${this.name}`)
  }

  private choose(index: Index, platform: Platform): Descriptor {
    const entries = index.manifests.filter(({ mediaType }) =>
      isManifestType(mediaType),
    )
    const [only, ...others] = entries.filter((entry) => !entry.platform)
    const chosen =
      choosePlatform(entries, platform) ??
      (others.length === 0 ? only : undefined)
    if (chosen) return chosen
    const offered = entries
      .flatMap(({ platform }) => platform ?? [])
      .slice(0, mostShown)
      .map(formatPlatform)
    throw new RockerError(
      'not-found',
      `find ${this.name} for ${formatPlatform(platform)}`,
      {
        hint: `it is there for ${offered.join(', ') || 'no platform'}`,
      },
    )
  }
}
