// One repository of a registry: an image's name in, manifests and blobs out.
//
// https://github.com/opencontainers/distribution-spec

import { RockerError } from '../01-syscalls/rocker-error.ts'

import type { Digest } from './digest.ts'
import type { Descriptor, Manifest } from './manifest.ts'
import type { Platform } from './platform.ts'
import type { Reference } from './reference.ts'

/** A document as it was sent: its bytes are what its digest names. */
export interface Document {
  readonly digest: Digest
  readonly mediaType: string
  readonly bytes: Buffer
}

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
  /** Told what takes long, and where a login is sent: one line each. */
  readonly report?: (line: string) => void
}

/** A repository; its connections live until it is closed. */
export class Repository {
  readonly reference: Reference

  constructor(reference: Reference, options: RegistryOptions = {}) {
    this.reference = reference
    void options
  }

  /** The manifest that the reference means on this platform. */
  async resolve(platform: Platform): Promise<Resolved> {
    void platform
    throw new RockerError('unsupported', 'resolve a name')
  }

  /**
   * A blob in chunks. Size and digest are checked here: when the loop over the
   * chunks ends without an error, the blob is whole and true, and not before.
   */
  async *blob(descriptor: Descriptor): AsyncGenerator<Buffer, void> {
    void descriptor
    yield* []
    throw new RockerError('unsupported', 'fetch a blob')
  }

  /** A small blob whole, as an image's configuration is: at most 4 MiB. */
  async smallBlob(descriptor: Descriptor): Promise<Buffer> {
    void descriptor
    throw new RockerError('unsupported', 'fetch a blob')
  }

  /** Closes the connections, so that Node can leave. */
  close(): void {}
}
