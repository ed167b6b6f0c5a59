// How often a thing is tried again, and how long one waits before.
//
// Each wait is twice as long as the one before, and a little random, so
// that a thousand machines do not come back in the same moment. What a
// registry asks for (Retry-After) is done, for a minute at most.
//
// RFC 9110 10.2.3

import { setTimeout as sleep } from 'node:timers/promises'

import { RockerError } from '../01-syscalls/rocker-error.ts'

const mostTries = 5
const mostStalls = 2
const longestWaitMs = 60_000

/** What may go well at another try. */
export class TransientError extends RockerError {
  /** How long the registry asked to wait. */
  readonly retryAfterMs: number | undefined
  /** Nothing came for too long; that is tried once more only. */
  readonly stalled: boolean

  constructor(
    message: string,
    more: {
      cause?: unknown
      retryAfterMs?: number
      stalled?: boolean
    } = {},
  ) {
    super('unavailable', message, { cause: more.cause })
    this.retryAfterMs = more.retryAfterMs
    this.stalled = more.stalled ?? false
  }
}

/** What patience is made of. */
export interface Temper {
  /** The first wait. */
  readonly backOffMs: number
  readonly signal: AbortSignal | undefined
  readonly report: (line: string) => void
}

/** Five tries for one thing, and five more whenever it came forward. */
export class Patience {
  private readonly temper: Temper
  private readonly most: number
  private tries = 0
  private stalls = 0

  constructor(temper: Temper, most = mostTries) {
    this.temper = temper
    this.most = most
  }

  /** Waits until the next try; throws the error when there is none. */
  async after(error: unknown): Promise<void> {
    this.temper.signal?.throwIfAborted()
    if (!(error instanceof TransientError)) throw error
    this.tries += 1
    if (error.stalled) this.stalls += 1
    if (this.tries >= this.most || this.stalls >= mostStalls) throw error
    const waitMs = this.waitMs(error)
    const seconds = (waitMs / 1000).toFixed(1)
    const next = `try ${this.tries + 1} of ${this.most} in ${seconds} s`
    this.temper.report(`${error.message}: ${next}`)
    const { signal } = this.temper
    await sleep(waitMs, undefined, { signal }).catch((aborted) => {
      throw signal?.reason ?? aborted
    })
  }

  /** Much has come: the count begins anew. */
  progressed(): void {
    this.tries = 0
    this.stalls = 0
  }

  /** A server that stood still once gets half the time. */
  idleMs(full: number): number {
    return full / (1 + this.stalls)
  }

  private waitMs(error: TransientError): number {
    if (error.stalled) return 0
    const backOffMs = this.temper.backOffMs * 2 ** (this.tries - 1)
    const jitter = 0.75 + Math.random() / 2
    // a registry that asks for time gets it in full, and a little more
    const waitMs = Math.max(
      backOffMs * jitter,
      (error.retryAfterMs ?? 0) * (1 + Math.random() / 10),
    )
    return Math.min(waitMs, longestWaitMs)
  }
}

/** `120` or `Wed, 21 Oct 2026 07:28:00 GMT` → milliseconds from now */
export function parseRetryAfter(
  value: string | undefined,
  now = Date.now(),
): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  // JavaScript finds a date in almost anything
  const date = /^[A-Z][a-z]{2}, .* GMT$/.test(value)
    ? Date.parse(value)
    : NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
