// A blob, whole and true, although the connection may break.
//
//   GET …/blobs/sha256:…                          200, cut after 2 MiB
//   GET …/blobs/sha256:…  Range: bytes=2097152-   206, the rest
//
// The digest is that of all bytes together, wherever they came from.
//
// RFC 9110 14

import { RockerError } from '../01-syscalls/rocker-error.ts'

import type { Claim, Verifier } from './digest.ts'
import type { Endpoint } from './endpoint.ts'
import { type Answer, chunks, discard } from './http.ts'
import { type Patience, TransientError } from './patience.ts'
import { quoted } from './quoted.ts'
import { shownUrl } from './redirect.ts'

const progressBytes = 1024 * 1024

// #region fetch-blob
/** The chunks of a blob that the verifier did not see yet. */
export async function* fetchBlob(
  endpoint: Endpoint,
  claim: Claim,
  more: {
    verifier: Verifier
    patience: Patience
    idleMs: number
    isLarge: boolean
  },
): AsyncGenerator<Buffer, void> {
  const { verifier, patience, idleMs, isLarge } = more
  let hasRanges = true
  let mark = verifier.count
  for (;;) {
    const isRest = hasRanges && verifier.count > 0
    try {
      const answer = await endpoint.get(`blobs/${claim.digest}`, {
        headers: isRest ? { range: `bytes=${verifier.count}-` } : {},
        idleMs: patience.idleMs(idleMs),
        isLarge,
      })
      if (answer.status === 416) {
        discard(answer)
        hasRanges = false
        throw new TransientError(`read ${shownUrl(answer.url)}: 416`)
      }
      yield* unseen(answer, claim, verifier)
      return
    } catch (error) {
      if (claim.size > 0 && verifier.count === claim.size) return
      if (verifier.count - mark >= progressBytes) {
        patience.progressed()
        mark = verifier.count
      }
      await patience.after(error)
    }
  }
}

async function* unseen(answer: Answer, claim: Claim, verifier: Verifier) {
  let known = bytesToSkip(answer, claim, verifier.count)
  for await (const chunk of chunks(answer)) {
    const fresh = chunk.subarray(Math.min(known, chunk.length))
    known -= chunk.length - fresh.length
    if (fresh.length === 0) continue
    verifier.update(fresh)
    yield fresh
  }
}
// #endregion fetch-blob

/** How many bytes of this answer came before. */
function bytesToSkip(answer: Answer, claim: Claim, seen: number): number {
  const { status, headers } = answer
  const { size } = claim
  const range = headers['content-range']
  const length = headers['content-length']
  const isRest = status === 206
  if (isRest && !isRangeTo(range, seen, size))
    throw refusal(answer, `asked for ${seen}-, got ${quoted(range ?? '')}`)
  const expected = isRest ? size - seen : size
  if (length !== undefined && Number(length) !== expected)
    throw refusal(answer, `${length} bytes instead of ${expected}`)
  return isRest ? 0 : seen
}

// "bytes 100-199/200" is the rest of 200 bytes from the 100th on
function isRangeTo(
  range: string | undefined,
  from: number,
  size: number,
): boolean {
  const rest = `bytes ${from}-${size - 1}/`
  return range === `${rest}${size}` || range === `${rest}*`
}

function refusal(answer: Answer, why: string): RockerError {
  answer.body.destroy()
  return new RockerError('refused', `read ${shownUrl(answer.url)}: ${why}`)
}
