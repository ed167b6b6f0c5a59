// The name of content is its hash: who has the bytes can check the name.
//
//   sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
//
// A digest becomes part of URLs and of file names, so nothing but this
// exact form is ever accepted (CVE-2024-3727).
//
// https://github.com/opencontainers/image-spec, descriptor.md

import { createHash } from 'node:crypto'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { quoted } from './quoted.ts'
import { smallSha256 } from './small-sha256.ts'

const hexLengths = { sha256: 64, sha512: 128 } as const

// a chain of two digests has 143: node:crypto need not be loaded for it
const fewBytes = 256

type Algorithm = keyof typeof hexLengths

/** `sha256:` and 64 lower-case hex digits, or `sha512:` and 128. */
export type Digest = `${Algorithm}:${string}`

/** What is said of content before it is there. */
export interface Claim {
  readonly digest: Digest
  readonly size: number
}

/** Reads a digest; anything but the exact form is refused. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text
  throw new RockerError('refused', `read the digest ${quoted(text)}`, {
    hint: 'it is sha256: and 64 lower-case hex digits, or sha512: and 128',
  })
}

/** Whether a text has exactly a digest's form. */
export function isDigest(text: string): text is Digest {
  return /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text)
}

/** The digest of bytes that are all there. */
export function digestOf(
  bytes: Uint8Array,
  algorithm: Algorithm = 'sha256',
): Digest {
  const hex =
    algorithm === 'sha256' && bytes.length <= fewBytes
      ? smallSha256(bytes)
      : createHash(algorithm).update(bytes).digest('hex')
  return `${algorithm}:${hex}`
}

/** `sha512:…` → `sha512` */
export function algorithmOf(digest: Digest): Algorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256'
}

// #region verifier
/** Checks size and digest of content while it streams by. */
export class Verifier {
  private readonly claim: Claim
  private readonly hash
  private bytes = 0

  constructor(claim: Claim) {
    this.claim = claim
    this.hash = createHash(algorithmOf(claim.digest))
  }

  /** How many bytes went by. */
  get count(): number {
    return this.bytes
  }

  /** Takes the next bytes; throws as soon as there are too many. */
  update(chunk: Uint8Array): void {
    this.bytes += chunk.length
    if (this.bytes > this.claim.size)
      this.fail(
        `more than the ${this.claim.size} bytes it was said to have`,
      )
    this.hash.update(chunk)
  }

  /** All bytes went by: throws when they are not what was claimed. */
  end(): void {
    // #region exercise-verify
    if (this.bytes !== this.claim.size)
      this.fail(`${this.bytes} bytes instead of ${this.claim.size}`)
    const hex = this.hash.digest('hex')
    if (!this.claim.digest.endsWith(`:${hex}`))
      this.fail(`the content has another digest, …:${hex}`)
    // #endregion exercise-verify
  }

  private fail(why: string): never {
    throw new RockerError('refused', `check ${this.claim.digest}: ${why}`, {
      hint: 'it was damaged or exchanged on its way; nothing is kept',
    })
  }
}
// #endregion verifier
