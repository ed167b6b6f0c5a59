// A manifest or an index, as bytes that are what their digest says.
//
// https://github.com/opencontainers/distribution-spec, pulling manifests

import {
  algorithmOf,
  type Digest,
  digestOf,
  parseDigest,
} from './digest.ts'
import type { Endpoint } from './endpoint.ts'
import { type Answer, whole } from './http.ts'
import { refuse } from './json.ts'
import { manifestTypes } from './manifest.ts'
import type { Patience } from './patience.ts'

/** A document as it was sent: its bytes are what its digest names. */
export interface Document {
  readonly digest: Digest
  readonly mediaType: string
  readonly bytes: Buffer
}

/** What is known of a document before; a digest counts more than a tag. */
export interface Asked {
  readonly tag?: string | undefined
  readonly digest?: Digest | undefined
  readonly size?: number
  readonly mediaType?: string
}

const mostBytes = 4 * 1024 * 1024

/** Fetches a document; `what` is named in errors. */
export async function fetchDocument(
  endpoint: Endpoint,
  asked: Asked,
  more: { what: string; patience: Patience; idleMs: number },
): Promise<Document> {
  const { what, patience, idleMs } = more
  for (;;) {
    try {
      const answer = await endpoint.get(
        `manifests/${asked.digest ?? asked.tag ?? 'latest'}`,
        {
          headers: { accept: manifestTypes.join(', ') },
          idleMs: patience.idleMs(idleMs),
        },
      )
      const bytes = await whole(answer, mostBytes)
      const came = contentType(answer)
      if (answer.status !== 200)
        refuse(what, `the answer is ${answer.status}`)
      if (came === 'text/html')
        refuse(what, 'a web page came; does some proxy want a login?')
      const digest = trueDigest(answer, bytes, { asked, what })
      return { bytes, digest, mediaType: asked.mediaType ?? came ?? '' }
    } catch (error) {
      await patience.after(error)
    }
  }
}

// the digest that was asked for, or what the registry says the tag means
function trueDigest(
  answer: Answer,
  bytes: Buffer,
  { asked, what }: { asked: Asked; what: string },
): Digest {
  const said = answer.headers['docker-content-digest']
  const claimed =
    asked.digest ??
    (said === undefined ? digestOf(bytes) : parseDigest(said))
  if (digestOf(bytes, algorithmOf(claimed)) !== claimed)
    refuse(what, `its digest is not ${claimed}`)
  if (asked.size !== undefined && asked.size !== bytes.length)
    refuse(what, `${bytes.length} bytes instead of ${asked.size}`)
  return claimed
}

// "application/json; charset=utf-8" → "application/json"
function contentType(answer: Answer): string | undefined {
  const [type] = answer.headers['content-type']?.split(';') ?? []
  return type?.trim().toLowerCase()
}
