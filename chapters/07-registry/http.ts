// A question over HTTP, and its answer.
//
// Redirects are followed by hand, because each is a decision: may it lead
// there, and does the password go along? Every body has a limit, and every
// silence an end.
//
// RFC 9110

import { RockerError } from '../01-syscalls/rocker-error.ts'

import type { Incoming } from './client.ts'
import type { Connections } from './connections.ts'
import { explained, stalled } from './network-error.ts'
import { parseRetryAfter, TransientError } from './patience.ts'
import { redirected, shownUrl } from './redirect.ts'

/** What is asked, of whom. */
export interface Question {
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  /** Goes to the URL's own host alone, never with a redirect to another. */
  readonly authorization?: string | undefined
  /** Makes it a POST of a form. */
  readonly form?: string
  /** The answer may be a layer. */
  readonly isLarge?: boolean
  /** After this long without a byte one gives up. */
  readonly idleMs: number
}

/** What came back; the body is still on its way. */
export interface Answer extends Incoming {
  readonly url: URL
  /** A redirect led to another host: it cannot speak for the registry. */
  readonly isForeign: boolean
  readonly idleMs: number
}

const mostRedirects = 10
const mostIdles = 10
const drainableBytes = 64 * 1024

/**
 * Asks once, and follows redirects. A busy server (429, 5xx) and a broken
 * connection are TransientErrors; any other status is an answer.
 */
export async function ask(
  connections: Connections,
  question: Question,
): Promise<Answer> {
  const { url: origin, idleMs, form, isLarge = false } = question
  let url = origin
  let isForeign = false
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const incoming = await connections.send({
      url,
      form,
      isLarge,
      idleMs,
      headers: headersFor(question, isForeign),
      sentBy: isForeign ? origin.hostname : undefined,
    })
    const { status } = incoming
    const { location } = incoming.headers
    if (status === 429 || status >= 500) throw busy(url, incoming)
    // a form may hold a secret, and stays where it was sent
    if (!isRedirect(status) || location === undefined || form !== undefined)
      return { ...incoming, url, isForeign, idleMs }
    discard(incoming)
    url = redirected(url, location, origin)
    isForeign ||= url.origin !== origin.origin
  }
  throw new RockerError(
    'refused',
    `ask ${shownUrl(origin)}: more than ${mostRedirects} redirects`,
  )
}

/** The chunks of a body; a silence of `idleMs` breaks it off. */
export async function* chunks(
  answer: Answer,
): AsyncGenerator<Buffer, void> {
  const { url, body, idleMs } = answer
  let isWaiting = true
  const silence = setTimeout(() => {
    if (isWaiting) body.destroy(stalled(url, idleMs))
  }, idleMs)
  try {
    for await (const chunk of body) {
      isWaiting = false // whoever reads this may take any time
      yield chunk
      isWaiting = true
      silence.refresh()
    }
  } catch (error) {
    throw explained(url, error)
  } finally {
    clearTimeout(silence)
    body.destroy()
  }
}

/** A body as a whole, of at most so many bytes, in a few minutes. */
export async function whole(
  answer: Answer,
  mostBytes: number,
): Promise<Buffer> {
  const { url, headers, body } = answer
  const encoding = headers['content-encoding'] ?? 'identity'
  const length = Number(headers['content-length'] ?? 0)
  const parts: Buffer[] = []
  let bytes = 0
  // also from a server that sends a byte now and then
  const late = setTimeout(
    () => body.destroy(stalled(url, answer.idleMs)),
    answer.idleMs * mostIdles,
  )
  try {
    // nobody asked for it packed, and a small one could hold gigabytes
    if (encoding !== 'identity') throw refusal(url, 'it came packed')
    if (length > mostBytes) throw tooLarge(url, mostBytes)
    for await (const part of chunks(answer)) {
      bytes += part.length
      if (bytes > mostBytes) throw tooLarge(url, mostBytes)
      parts.push(part)
    }
  } finally {
    clearTimeout(late)
    body.destroy()
  }
  return Buffer.concat(parts)
}

/** Lets go of an answer whose body nobody wants. */
export function discard({ headers, body }: Incoming): void {
  const length = Number(headers['content-length'] ?? Infinity)
  if (length <= drainableBytes)
    body.resume() // and the connection serves again
  else body.destroy()
}

function headersFor(question: Question, isForeign: boolean) {
  const { authorization, form, headers } = question
  return {
    'accept-encoding': 'identity',
    ...headers,
    ...(form !== undefined && {
      'content-type': 'application/x-www-form-urlencoded',
    }),
    ...(authorization !== undefined && !isForeign && { authorization }),
  }
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

function busy(url: URL, incoming: Incoming): TransientError {
  discard(incoming)
  const retryAfterMs = parseRetryAfter(incoming.headers['retry-after'])
  return new TransientError(
    `ask ${shownUrl(url)}: the answer is ${incoming.status}`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  )
}

function tooLarge(url: URL, mostBytes: number): RockerError {
  return refusal(url, `it has more than ${mostBytes} bytes`)
}

function refusal(url: URL, why: string): RockerError {
  return new RockerError('refused', `read ${shownUrl(url)}: ${why}`)
}
