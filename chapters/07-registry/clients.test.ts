// Two clients carry requests, and nobody can tell which one it was.

import { execFile } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { ClientRequest } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import {
  type Behaviour,
  type LyingRegistry,
  startLyingRegistry,
} from '../../test/support/lying-registry.ts'
import { madeImage } from '../../test/support/made-image.ts'

import type { Claim } from './digest.ts'
import { parseReference } from './reference.ts'
import { Repository } from './registry.ts'

const platform = { os: 'linux', architecture: 'amd64' }
const sha = 'a'.repeat(64)
let stop: (() => Promise<unknown>) | undefined

afterEach(() => stop?.())

async function start(behave?: Behaviour): Promise<LyingRegistry> {
  const shelf = madeImage({ shape: 'oci-index' })
  const registry = await startLyingRegistry(shelf, behave)
  stop = registry.stop
  return registry
}

function open(host: string, env = {}): Repository {
  return new Repository(parseReference(`http://${host}/a`), {
    configuration: { registryMirrors: [], insecureRegistries: [] },
    env: { DOCKER_CONFIG: '/nowhere', ...env },
    idleMs: 200,
    backOffMs: 1,
  })
}

/** What a pull asks for, in its order. */
async function pull(repository: Repository): Promise<void> {
  const { manifest } = await repository.resolve(platform)
  await repository.smallBlob(manifest.config)
  for (const layer of manifest.layers) await drain(repository, layer)
}

const drain = (repository: Repository, claim: Claim) =>
  repository.blob(claim, async (chunks) => {
    for await (const chunk of chunks)
      expect(chunk.length).toBeGreaterThan(0)
  })

describe('what is sent', () => {
  const sent: string[] = []
  const path = (message: unknown) =>
    (message as { request: ClientRequest }).request.path
  const byUndici = (message: unknown) =>
    sent.push(`undici ${path(message)}`)
  const byNode = (message: unknown) => sent.push(`node ${path(message)}`)

  beforeEach(() => {
    sent.length = 0
    subscribe('undici:request:create', byUndici)
    subscribe('http.client.request.start', byNode)
  })
  afterEach(() => {
    unsubscribe('undici:request:create', byUndici)
    unsubscribe('http.client.request.start', byNode)
  })

  test('as a document goes by undici, and as a layer by Node’s client', async () => {
    const { host } = await start((visit) => {
      const { request, response, kind } = visit
      const challenge = {
        'www-authenticate': `Bearer realm="http://${host}/token"`,
        'content-length': 0,
      }
      if (kind === 'other') response.end('{"token":"ticket"}')
      else if (request.headers.authorization) visit.honest()
      else response.writeHead(401, challenge).end()
    })
    const repository = open(host)
    await pull(repository)
    repository.close()
    expect(sent.map((one) => one.replace(/sha256:\w+|\?.*/, '…'))).toEqual([
      'undici /v2/a/manifests/latest',
      'undici /token…',
      'undici /v2/a/manifests/latest',
      'undici /v2/a/manifests/…',
      'undici /v2/a/blobs/…',
      'node /v2/a/blobs/…',
      'node /v2/a/blobs/…',
    ])
  })
})

test('undici is not there before something is asked', async () => {
  const { host } = await start()
  const script = `
    import { createRequire } from 'node:module'
    import { parseReference } from './reference.ts'
    import { Repository } from './registry.ts'
    const { cache } = createRequire(process.cwd() + '/x.js')
    const isThere = () => Object.keys(cache).some((path) => /undici/.test(path))
    const repository = new Repository(parseReference('${host}/a'))
    const before = isThere()
    await repository.resolve(${JSON.stringify(platform)})
    repository.close()
    console.log(before, isThere())`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { cwd: import.meta.dirname },
  )
  expect(stdout).toBe('false true\n')
})

const questions = {
  document: (repository: Repository) => repository.resolve(platform),
  layer: (repository: Repository) =>
    drain(repository, { digest: `sha256:${sha}`, size: 50 }),
}
const kinds = ['document', 'layer'] as const

test.each(kinds)(
  'a challenge for a %s may come in two lines',
  async (kind) => {
    const { host } = await start((visit) => {
      const { request, response, name } = visit
      const isDocument = visit.kind === 'manifest'
      const lines = ['Odd a="b"', `Bearer realm="http://${host}/token"`]
      if (name.startsWith('/token')) response.end('{"token":"ticket"}')
      else if (isDocument !== (kind === 'document')) visit.honest()
      else if (request.headers.authorization) visit.honest()
      else response.writeHead(401, { 'www-authenticate': lines }).end()
    })
    const repository = open(host)
    await pull(repository)
    repository.close()
  },
)

describe('a server that takes no connection', () => {
  // it listens, and then its thread stands still: the kernel has a queue of
  // two for it, and leaves whoever comes later without an answer
  const deaf = `
    const { parentPort } = require('node:worker_threads')
    const server = require('node:net').createServer()
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`
  let port: number

  beforeEach(async () => {
    const worker = new Worker(deaf, { eval: true })
    port = (await once(worker, 'message'))[0]
    const guests = [1, 2, 3].map(() => connect(port, '127.0.0.1'))
    stop = () => {
      for (const guest of guests) guest.destroy()
      return worker.terminate()
    }
    await Promise.all(guests.slice(0, 2).map((one) => once(one, 'connect')))
  })

  const connecting = () =>
    process.getActiveResourcesInfo().filter((one) => one === 'ConnectWrap')

  test.each(
    kinds.flatMap((kind) => [
      [kind, 'itself'] as const,
      [kind, 'as a proxy'] as const,
    ]),
  )('is given up, asked for a %s, %s; and is let go', async (kind, as) => {
    const here = `127.0.0.1:${port}`
    const repository =
      as === 'itself'
        ? open(here)
        : open('far.example', { HTTP_PROXY: `http://${here}` })
    const asked = questions[kind](repository)
    await expect(asked).rejects.toThrow(/nothing came for/)
    repository.close()
    await sleep(0)
    expect(connecting()).toHaveLength(1) // the last of the guests
  })
})
