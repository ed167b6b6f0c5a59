// undici, for what is small.
//
// This file is loaded with the first request: it costs more than the answer.
//
// https://undici.nodejs.org

import { setFlagsFromString } from 'node:v8'

import {
  Agent,
  type buildConnector,
  type Dispatcher,
  ProxyAgent,
} from 'undici'

import {
  type Client,
  headerLines,
  type Incoming,
  type Outgoing,
  oddAnswer,
} from './client.ts'
import type { Way } from './way.ts'

/**
 * Its parser is WebAssembly. V8 would make that fast in the background, which
 * takes 40 ms and 10 MB: too much for three answers.
 */
export const untiered = '--wasm-tiering-budget=2000000000'
setFlagsFromString(untiered)

/** Carries requests by undici. */
export class UndiciClient implements Client {
  private readonly dispatchers = new Map<Way, Dispatcher>()
  private readonly end = new AbortController()

  async send(outgoing: Outgoing, signal: AbortSignal): Promise<Incoming> {
    const { url, way, headers, form } = outgoing
    const sent = this.dispatcher(way).request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: form === undefined ? 'GET' : 'POST',
      headers,
      body: form ?? null,
      signal,
    })
    // undici looks at the signal when it is connected, and not before
    const answer = await Promise.race([sent.catch(rethrow), ended(signal)])
    return {
      status: answer.statusCode,
      headers: headerLines(answer.headers),
      body: answer.body,
    }
  }

  close(): void {
    this.end.abort()
    for (const dispatcher of this.dispatchers.values())
      dispatcher.destroy().catch(() => {})
  }

  private dispatcher(way: Way): Dispatcher {
    // without the signal a connection that is being made would live on
    const dispatcher =
      this.dispatchers.get(way) ?? newDispatcher(way, this.end.signal)
    this.dispatchers.set(way, dispatcher)
    return dispatcher
  }
}

// How long one waits is decided elsewhere. Questions come one by one: a second
// connection, for a first one that is ready in a moment, costs a handshake.
const patient = {
  allowH2: false,
  connections: 1,
  headersTimeout: 0,
  bodyTimeout: 0,
}

function newDispatcher(way: Way, signal: AbortSignal): Dispatcher {
  const { proxy } = way
  const plain = { allowH2: false, timeout: 0, signal }
  const connect: buildConnector.BuildOptions = { ...plain, ...way.connect }
  if (!proxy) return new Agent({ ...patient, connect })
  return new ProxyAgent({
    ...patient,
    uri: proxy,
    proxyTls: plain,
    requestTls: connect,
  })
}

// "bad upgrade", "bad response": here undici broke it off, not the network
function rethrow(error: Error & { code?: string }): never {
  const isOdd =
    error.code === 'UND_ERR_SOCKET' && error.message.startsWith('bad ')
  throw isOdd ? new Error(oddAnswer) : error
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(signal.reason)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}
