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

import { type Configuration, readConfiguration } from './configuration.ts'
import { Connections } from './connections.ts'
import type { Claim } from './digest.ts'
import { type Asked, type Document, fetchDocument } from './document.ts'
import { Endpoint, placesOf } from './endpoint.ts'
import {
  type Descriptor,
  type Index,
  isManifestType,
  type Manifest,
  parseManifest,
} from './manifest.ts'
import {
  choosePlatform,
  formatPlatform,
  type Platform,
} from './platform.ts'
import type { Environment } from './proxy.ts'
import { type BlobUse, readBlob } from './read-blob.ts'
import { canonicalName, type Reference } from './reference.ts'
import { Servers } from './servers.ts'

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
  /** Certificates of authorities, in a folder for each host. */
  readonly certificates?: string
  /** How long a silence may last. */
  readonly idleMs?: number
  /** How long one waits before the second try. */
  readonly backOffMs?: number
}

const mostBytes = 4 * 1024 * 1024
const deepestIndex = 3
const mostShown = 20

/** A repository; its connections live until it is closed. */
export class Repository {
  readonly reference: Reference
  private readonly idleMs: number
  private readonly connections: Connections
  private readonly servers: Servers

  constructor(reference: Reference, options: RegistryOptions = {}) {
    const { signal, lookup, certificates } = options
    const { env = process.env, idleMs = 30_000 } = options
    const configuration = options.configuration ?? readConfiguration(env)
    const insecure = configuration.insecureRegistries
    this.reference = reference
    this.idleMs = idleMs
    const temper = {
      backOffMs: options.backOffMs ?? 500,
      signal,
      report: options.report ?? (() => {}),
    }
    const network = {
      env,
      insecure,
      signal,
      ...(lookup && { lookup }),
      ...(certificates && { certificates }),
    }
    const connections = new Connections(network)
    this.connections = connections
    const common = {
      ...temper,
      ...network,
      connections,
      idleMs,
      signal,
    }
    const endpoints = placesOf(reference, configuration).map(
      (place) => new Endpoint(place, reference.repository, common),
    )
    this.servers = new Servers(endpoints, temper)
  }

  // #region resolve
  /** The manifest that the reference means on this platform. */
  async resolve(platform: Platform): Promise<Resolved> {
    for (let i = this.servers.first; ; ) {
      try {
        const resolved = await this.resolveAt(i, platform)
        this.servers.first = i
        return resolved
      } catch (error) {
        i = this.servers.after(i, error)
      }
    }
  }

  private async resolveAt(
    server: number,
    platform: Platform,
  ): Promise<Resolved> {
    const top = await this.document(server, this.reference)
    let document = top
    let parsed = this.parse(top)
    for (let depth = 1; parsed.kind === 'index'; depth++) {
      if (depth > deepestIndex)
        throw new RockerError(
          'refused',
          `read ${this.name}: indexes of indexes, ${depth} deep`,
        )
      const entry = this.choose(parsed, platform)
      document = await this.document(server, entry)
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
   * Hands the chunks of a blob to `use`. Size and digest are checked: when a
   * loop over the chunks ends without an error, the blob is whole and true,
   * and not before. What a mirror sent may be false in itself; then `use`
   * fails, and is called once more, with what the next server has.
   */
  blob<T>(claim: Claim, use: BlobUse<T>): Promise<T> {
    const { idleMs } = this
    return readBlob(this.servers, { claim, idleMs, isLarge: true }, use)
  }

  /** A small blob whole, as an image's configuration is: at most 4 MiB. */
  async smallBlob(claim: Claim): Promise<Buffer> {
    if (claim.size > mostBytes)
      throw new RockerError(
        'refused',
        `get ${claim.digest}: it has more than ${mostBytes} bytes`,
      )
    const { idleMs } = this
    const small = { claim, idleMs, isLarge: false }
    return readBlob(this.servers, small, async (chunks) => {
      const parts: Buffer[] = []
      for await (const part of chunks) parts.push(part)
      return Buffer.concat(parts)
    })
  }

  /** Closes the connections, so that Node can leave. */
  close(): void {
    this.connections.close()
  }

  private get name(): string {
    return canonicalName(this.reference)
  }

  private document(server: number, asked: Asked): Promise<Document> {
    return fetchDocument(this.servers.at(server), asked, {
      what: `the manifest of ${this.name}`,
      patience: this.servers.patience(server),
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
