// A registry that does not keep its word. What it has is a shelf; how it
// answers is a function that is asked before it would answer truly.

import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import {
  createServer as createTlsServer,
  type ServerOptions,
} from 'node:https'
import type { AddressInfo } from 'node:net'

import type { Shelf } from './made-image.ts'

/** One request, and what it is about. */
export interface Visit {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly kind: 'manifest' | 'blob' | 'other'
  /** The tag or the digest, or the path. */
  readonly name: string
  /** How often this was asked for so far, this time included. */
  readonly nth: number
  readonly shelf: Shelf
  /** Answers truly. */
  honest(): void
}

/** Answers a visit in its own way, or honestly. */
export type Behaviour = (visit: Visit) => void

/** A registry that lies until it is stopped. */
export interface LyingRegistry {
  /** `127.0.0.1:40123` */
  readonly host: string
  /** Who came so far. */
  readonly visits: readonly Visit[]
  stop(): Promise<void>
}

/** Starts a registry on a free port of this machine. */
export async function startLyingRegistry(
  shelf: Shelf,
  behave: Behaviour = (visit) => visit.honest(),
  tls?: ServerOptions,
): Promise<LyingRegistry> {
  const visits: Visit[] = []
  const listener: RequestListener = (request, response) => {
    const visit = visitOf(request, response, shelf, visits)
    visits.push(visit)
    response.on('error', () => {}) // the guest may leave in the middle
    behave(visit)
  }
  const server = tls
    ? createTlsServer(tls, listener)
    : createServer(listener)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    host: `127.0.0.1:${port}`,
    visits,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function visitOf(
  request: IncomingMessage,
  response: ServerResponse,
  shelf: Shelf,
  visits: readonly Visit[],
): Visit {
  const [path = '/'] = request.url?.split('?') ?? []
  const [, kinds, found] =
    /^\/v2\/.+\/(manifests|blobs)\/([^/]+)$/.exec(path) ?? []
  const kind =
    kinds === 'manifests'
      ? 'manifest'
      : kinds === 'blobs'
        ? 'blob'
        : 'other'
  const name = found ?? path
  const nth = 1 + visits.filter((visit) => visit.name === name).length
  return {
    request,
    response,
    kind,
    name,
    nth,
    shelf,
    honest: () =>
      kind === 'manifest'
        ? sendManifest(response, shelf, name)
        : sendBlob(request, response, shelf.blobs.get(name)),
  }
}

function sendManifest(
  response: ServerResponse,
  shelf: Shelf,
  name: string,
): void {
  const served = shelf.manifests.get(name)
  if (!served) {
    notFound(response, 'MANIFEST_UNKNOWN')
    return
  }
  response.writeHead(200, {
    'content-type': served.type,
    'content-length': served.bytes.length,
  })
  response.end(served.bytes)
}

/** Sends a blob, or what Range asks of it. */
export function sendBlob(
  request: IncomingMessage,
  response: ServerResponse,
  blob: Buffer | undefined,
): void {
  if (!blob) {
    notFound(response, 'BLOB_UNKNOWN')
    return
  }
  const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
  const rest = blob.subarray(Number(from ?? 0))
  response.writeHead(from === undefined ? 200 : 206, {
    'content-type': 'application/octet-stream',
    'content-length': rest.length,
    ...(from !== undefined && {
      'content-range': `bytes ${from}-${blob.length - 1}/${blob.length}`,
    }),
  })
  response.end(rest)
}

function notFound(response: ServerResponse, code: string): void {
  response.writeHead(404, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ errors: [{ code, message: 'unknown' }] }))
}
