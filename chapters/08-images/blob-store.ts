// Content by its hash, in the layout that other tools read as it stands.
//
//   images/oci-layout            {"imageLayoutVersion":"1.0.0"}
//   images/index.json            names → manifests (image-index.ts)
//   images/blobs/sha256/<hex>    manifests, configurations, layers
//
// A blob appears under its name when all of it is there and on the disk, and
// not before (durable.ts).
//
// https://github.com/opencontainers/image-spec/blob/main/image-layout.md

import {
  closeSync,
  constants,
  existsSync,
  fsync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { hasCode } from '../05-overlay/leftovers.ts'
import {
  type Claim,
  type Digest,
  digestOf,
  isDigest,
  Verifier,
} from '../07-registry/digest.ts'

import { moveDurably, syncFolder, writeDurably } from './durable.ts'

/** A blob that is being written, under no name yet. */
export interface NewBlob {
  /** Open for writing; whoever writes checks size and digest. */
  readonly fd: number
  /** Everything was written and is what it should be: gives it its name. */
  commit(): Promise<void>
  /** Closes it; what was not committed is gone. */
  close(): void
}

/** `sha256:e3b0…` → …/images/blobs/sha256/e3b0… */
export function blobPath(root: DataRoot, digest: Digest): string {
  return join(root.images, 'blobs', digest.replace(':', '/'))
}

/** Whether the blob is there with the size that it should have. */
export function hasBlob(root: DataRoot, { digest, size }: Claim): boolean {
  const stat = statSync(blobPath(root, digest), { throwIfNoEntry: false })
  return stat?.isFile() === true && stat.size === size
}

/** A small blob, hashed again: it may have been damaged since. */
export function readBlob(root: DataRoot, claim: Claim): Buffer {
  const bytes = readUnchecked(root, claim)
  try {
    const verifier = new Verifier(claim)
    verifier.update(bytes)
    verifier.end()
    return bytes
  } catch (cause) {
    if (!(cause instanceof RockerError)) throw cause
    throw damaged(claim, cause)
  }
}

/** The same without the hash, for who has another way to know it. */
export function readUnchecked(root: DataRoot, claim: Claim): Buffer {
  if (hasBlob(root, claim))
    return readFileSync(blobPath(root, claim.digest))
  const message = 'no file of that size is there'
  throw damaged(claim, new RockerError('not-found', message))
}

function damaged({ digest }: Claim, cause: RockerError): RockerError {
  return new RockerError('damaged', `read the blob ${digest}`, {
    cause,
    hint: 'pulling the image again repairs it',
  })
}

/**
 * Stores bytes under their digest, if they are not there as they should be.
 */
export async function putBlob(
  root: DataRoot,
  scratch: string,
  bytes: Uint8Array,
): Promise<void> {
  const digest = digestOf(bytes)
  if (isIntact(root, { digest, size: bytes.length })) return
  const blob = newBlob(root, scratch, digest)
  try {
    writeFileSync(blob.fd, bytes)
    await blob.commit()
  } finally {
    blob.close()
  }
}

/** Whether the blob is there, and has its digest: reads all of it. */
export function isIntact(root: DataRoot, claim: Claim): boolean {
  if (!hasBlob(root, claim)) return false
  const verifier = new Verifier(claim)
  const chunk = Buffer.allocUnsafe(256 * 1024)
  const fd = openSync(blobPath(root, claim.digest), constants.O_RDONLY)
  try {
    for (;;) {
      const bytes = readSync(fd, chunk)
      if (bytes === 0) break
      verifier.update(chunk.subarray(0, bytes))
    }
    verifier.end()
    return true
  } catch (error) {
    if (error instanceof RockerError) return false
    throw error
  } finally {
    closeSync(fd)
  }
}

/** A file in `scratch` that can become the blob with this digest. */
export function newBlob(
  root: DataRoot,
  scratch: string,
  digest: Digest,
): NewBlob {
  const path = join(scratch, digest.replace(':', '-'))
  let fd = openSync(path, 'wx', 0o600)
  const release = () => {
    closeSync(fd)
    fd = -1
  }
  return {
    fd,
    close() {
      if (fd < 0) return
      release()
      rmSync(path, { force: true })
    },
    async commit() {
      await promisify(fsync)(fd) // others go on unpacking meanwhile
      release()
      const place = blobPath(root, digest)
      mkdirSync(dirname(place), { recursive: true, mode: 0o700 })
      moveDurably(path, place)
    },
  }
}

/** Every blob that is there. */
export function listBlobs(root: DataRoot): Digest[] {
  return ['sha256', 'sha512'].flatMap((algorithm) =>
    filesIn(join(root.images, 'blobs', algorithm))
      .map((hex) => `${algorithm}:${hex}`)
      .filter(isDigest),
  )
}

/**
 * Makes the folders and the mark by which other tools know an OCI layout.
 */
export function makeLayout(root: DataRoot, scratch: string): void {
  const mark = join(root.images, 'oci-layout')
  if (existsSync(mark)) return
  const blobs = join(root.images, 'blobs')
  mkdirSync(join(blobs, 'sha256'), { recursive: true, mode: 0o700 })
  syncFolder(blobs)
  writeDurably(mark, scratch, '{"imageLayoutVersion":"1.0.0"}')
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}
