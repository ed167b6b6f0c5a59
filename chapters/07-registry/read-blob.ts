// A blob from one server or from several, and the one way to read it.
//
//   mirror 1   ▒▒▒▒▒▒▒▒│               breaks: the next one has the rest
//   mirror 2           ▒▒▒▒▒▒▒▒▒▒▒▒▒│  whole, and its digest is another
//   registry   ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│  so it is read anew, from the next
//
// Who is wrong is known at the end only, when all bytes are with the reader.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { fetchBlob } from './blob.ts'
import { type Claim, Verifier } from './digest.ts'
import type { Servers } from './servers.ts'

/** What is done with the chunks of a blob. */
export type BlobUse<T> = (chunks: AsyncIterable<Buffer>) => Promise<T>

interface Reading {
  readonly claim: Claim
  readonly idleMs: number
  readonly isLarge: boolean
}

/** Does something with a blob; again, if what a mirror had was false. */
export async function readBlob<T>(
  servers: Servers,
  reading: Reading,
  use: BlobUse<T>,
): Promise<T> {
  for (;;) {
    const senders: number[] = []
    try {
      return await use(content(servers, reading, senders))
    } catch (error) {
      const [sender] = senders
      const isFalse =
        error instanceof RockerError && error.code === 'refused'
      if (!isFalse || sender === undefined) throw error
      if (!servers.at(sender).place.isMirror) throw error
      servers.first = Math.max(servers.first, servers.after(sender, error))
    }
  }
}

// the first of the senders is the first that may have lied
async function* content(
  servers: Servers,
  { claim, ...more }: Reading,
  senders: number[],
): AsyncGenerator<Buffer, void> {
  const verifier = new Verifier(claim)
  for (let i = servers.first; ; ) {
    const patience = servers.patience(i)
    try {
      const chunks = fetchBlob(servers.at(i), claim, {
        ...more,
        verifier,
        patience,
      })
      for await (const chunk of chunks) {
        if (senders.at(-1) !== i) senders.push(i)
        yield chunk
      }
      break
    } catch (error) {
      if (verifier.count > claim.size) {
        senders.push(i)
        throw error // spoilt for others too
      }
      i = servers.after(i, error)
    }
  }
  verifier.end()
}
