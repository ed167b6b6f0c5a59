// What carries a request: one form, and two clients that have it.
//
//   undici-client.ts   documents: manifests, configurations, tokens
//   node-client.ts     layers: large bodies, for two thirds of the CPU
//
// Neither follows a redirect, unpacks a body, tries again or has a patience of
// its own: all of that is decided above, once, for both.
//
// docs/project/decisions/0006-two-http-clients.md

import type { Readable } from 'node:stream'

import type { Way } from './way.ts'

/** One request as it goes out. */
export interface Outgoing {
  readonly url: URL
  readonly way: Way
  readonly headers: Readonly<Record<string, string>>
  /** Makes it a POST of a form. */
  readonly form: string | undefined
}

/** The head of an answer, and the body that is still on its way. */
export interface Incoming {
  readonly status: number
  readonly headers: HeaderLines
  readonly body: Readable
}

/** Headers by their names in lower case, one line each. */
export type HeaderLines = Readonly<Record<string, string | undefined>>

/** Sends requests; its connections are kept until it is closed. */
export interface Client {
  /** Resolves when the head of the answer is there; the signal ends it. */
  send(outgoing: Outgoing, signal: AbortSignal): Promise<Incoming>
  close(): void
}

/** The error of a server that changes its protocol. */
export const oddAnswer = 'it answers in no known way'

/** Challenges may come in several lines; of all else the first one counts. */
export function headerLines(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): HeaderLines {
  const single = (name: string, lines: readonly string[]) =>
    name === 'www-authenticate' ? lines.join(', ') : lines[0]
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? single(name, value) : value,
    ]),
  )
}
