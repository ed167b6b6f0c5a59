// Ways to a registry: by TLS, by a mirror, by a proxy, by a redirect; and the
// ways that are not gone.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, get, type Server } from 'node:http'
import { type AddressInfo, connect, type LookupFunction } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from 'vitest'

import {
  type Certificate,
  makeCertificate,
} from '../../test/support/certificates.ts'
import {
  type Behaviour,
  type LyingRegistry,
  startLyingRegistry,
  type Visit,
} from '../../test/support/lying-registry.ts'
import { madeImage } from '../../test/support/made-image.ts'
import type { RockerError } from '../01-syscalls/rocker-error.ts'

import { parseReference } from './reference.ts'
import { type RegistryOptions, Repository } from './registry.ts'

const folder = mkdtempSync(join(tmpdir(), 'rocker-network-'))
const running: { stop(): Promise<void> }[] = []
let certificate: Certificate

beforeAll(() => {
  certificate = makeCertificate(folder, 'registry.test')
})

afterAll(() => rmSync(folder, { recursive: true }))
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()))
})

async function start(
  behave?: Behaviour,
  tls?: { key: string; cert: string },
): Promise<LyingRegistry> {
  const registry = await startLyingRegistry(madeImage(), behave, tls)
  running.push(registry)
  return registry
}

// localhost, and whatever ends in .test, is this machine
const lookup: LookupFunction = (hostname, options, done) => {
  if (!/^localhost$|\.test$/.test(hostname))
    done(Object.assign(new Error(hostname), { code: 'ENOTFOUND' }), '', 0)
  else if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }])
  else done(null, '127.0.0.1', 4)
}

async function pull(
  name: string,
  more: RegistryOptions & { mirrors?: string[]; insecure?: string[] } = {},
) {
  const { mirrors = [], insecure = [], ...options } = more
  const lines: string[] = []
  const repository = new Repository(parseReference(name), {
    configuration: {
      registryMirrors: mirrors,
      insecureRegistries: insecure,
    },
    env: { DOCKER_CONFIG: '/nowhere' },
    report: (line) => lines.push(line),
    backOffMs: 1,
    lookup,
    ...options,
  })
  const platform = { os: 'linux', architecture: 'amd64' }
  try {
    const { manifest } = await repository.resolve(platform)
    await repository.smallBlob(manifest.config)
    for (const layer of manifest.layers)
      await repository.blob(layer, async (chunks) => {
        for await (const chunk of chunks)
          expect(chunk.length).toBeGreaterThan(0)
      })
    return { end: 'works', lines }
  } catch (error) {
    const { code, message } = error as RockerError
    return { end: code, message, lines }
  } finally {
    repository.close()
  }
}

const isOf = (kind: string, { shelf, name, ...visit }: Visit) =>
  kind === 'layer' ? shelf.layers.includes(name) : visit.kind === kind

function sendTo(
  location: (path: string) => string,
  kind = 'blob',
): Behaviour {
  return (visit) => {
    if (!isOf(kind, visit)) return visit.honest()
    const { url = '' } = visit.request
    visit.response.writeHead(307, { location: location(url) })
    visit.response.end()
    return undefined
  }
}

function onBlob(answer: (visit: Visit, bytes: Buffer) => void): Behaviour {
  return (visit) => {
    const bytes = visit.shelf.blobs.get(visit.name)
    if (bytes) answer(visit, Buffer.from(bytes))
    else visit.honest()
  }
}

const portOf = (host: string) => host.split(':')[1]

describe('R16: a certificate that nobody vouches for', () => {
  test('is refused', async () => {
    const port = portOf((await start(undefined, certificate)).host)
    const { end, message } = await pull(`registry.test:${port}/a`)
    expect(end).toBe('unavailable')
    expect(message).toContain(
      'certificate is not to be trusted (DEPTH_ZERO_SELF_SIGNED_CERT)',
    )
  })

  test('is taken from a registry that daemon.json calls insecure', async () => {
    const port = portOf((await start(undefined, certificate)).host)
    const host = `registry.test:${port}`
    expect(await pull(`${host}/a`, { insecure: [host] })).toMatchObject({
      end: 'works',
    })
    const other = { insecure: ['other.test'] }
    expect(await pull(`${host}/a`, other)).toMatchObject({
      end: 'unavailable',
    })
  })
})

describe('R16: a certificate that an authority vouches for', () => {
  const trusted = getCACertificates()

  afterEach(() => setDefaultCACertificates(trusted))

  test.each([
    ['of this name', 'registry.test', '20991231235959Z', 'works'],
    ['of another name', 'other.test', '20991231235959Z', 'ALTNAME_INVALID'],
    ['of last year', 'registry.test', '20200601000000Z', 'HAS_EXPIRED'],
  ])('%s: %s until %s: %s', async (_, name, until, expected) => {
    const made = makeCertificate(folder, name, { until })
    setDefaultCACertificates([...trusted, made.cert])
    const port = portOf((await start(undefined, made)).host)
    const { end, message } = await pull(`registry.test:${port}/a`)
    expect(message ?? end).toContain(expected)
  })
})

describe('R16: a registry without TLS', () => {
  test('is not spoken to, and the error says how one could', async () => {
    const registry = await start()
    const name = `registry.test:${portOf(registry.host)}/a`
    const { end, message } = await pull(name)
    expect(end).toBe('unavailable')
    expect(message).toContain('does not speak TLS')
    expect(registry.visits).toHaveLength(0)
  })

  test('is spoken to on this machine, when it is called insecure, and when http:// asks for it', async () => {
    const { host } = await start()
    const far = `registry.test:${portOf(host)}`
    expect((await pull(`${host}/a`)).end).toBe('works')
    expect((await pull(`${far}/a`, { insecure: [far] })).end).toBe('works')
    expect((await pull(`http://${far}/a`)).end).toBe('works')
  })
})

describe('R11: a redirect', () => {
  test('from https to http is not followed', async () => {
    const plain = await start()
    const registry = await start(
      sendTo((path) => `http://${plain.host}${path}`),
      certificate,
    )
    const host = `registry.test:${portOf(registry.host)}`
    const { end, message } = await pull(`${host}/a`, { insecure: [host] })
    expect(end).toBe('refused')
    expect(message).toContain('from https into the clear')
    expect(plain.visits).toHaveLength(0)
  })

  test.each([
    ['layer', '127.0.0.1'],
    ['layer', 'localhost'],
    ['layer', '[::1]'],
    ['layer', '0.0.0.0'],
    ['layer', '2130706433'],
    ['layer', 'evil.test'],
    ['manifest', '127.0.0.1'],
    ['manifest', 'evil.test'],
  ])(
    'of a %s from a far registry to %s, which is here, is not followed',
    async (kind, here) => {
      const victim = await start()
      const port = portOf(victim.host)
      const registry = await start(
        sendTo((path) => `http://${here}:${port}${path}`, kind),
      )
      const far = `http://registry.test:${portOf(registry.host)}/a`
      const { end, message } = await pull(far)
      expect(['refused', 'unavailable']).toContain(end)
      expect(message).toMatch(/this machine/)
      expect(victim.visits).toHaveLength(0)
    },
  )

  test('to another host is followed', async () => {
    const store = await start()
    const registry = await start(
      sendTo((path) => `http://localhost:${portOf(store.host)}${path}`),
    )
    expect(await pull(`${registry.host}/a`)).toMatchObject({ end: 'works' })
    expect(store.visits).toHaveLength(3)
  })
})

describe('a mirror of docker.io', () => {
  test('is asked first, and the registry is not', async () => {
    const mirror = await start()
    const { end } = await pull('debian', {
      mirrors: [`http://${mirror.host}`],
    })
    expect(end).toBe('works')
    expect(mirror.visits[0]?.request.url).toBe(
      '/v2/library/debian/manifests/latest',
    )
  })

  test.each<[string, Behaviour]>([
    ['has nothing', ({ response }) => response.writeHead(404).end()],
    ['wants a login', ({ response }) => response.writeHead(401).end()],
    ['is broken', ({ response }) => response.writeHead(503).end()],
    ['lies', ({ response }) => response.writeHead(200).end('{}')],
    [
      'has no blobs',
      (visit) =>
        visit.kind === 'blob'
          ? visit.response.writeHead(404).end()
          : visit.honest(),
    ],
    [
      'has blobs of other bytes',
      onBlob(({ response }, bytes) => response.end(bytes.fill(0, 1))),
    ],
    [
      'has too much of a blob',
      onBlob(({ response }, bytes) => {
        response.write(bytes)
        response.end(bytes)
      }),
    ],
    [
      'has the beginning of another blob',
      onBlob(({ response }, bytes) => {
        response.write(bytes.fill(0).subarray(0, 9))
        setTimeout(() => response.destroy(), 20)
      }),
    ],
  ])('that %s is passed over for the next', async (_, behave) => {
    const bad = await start(behave)
    const good = await start()
    const mirrors = [bad, good].map(({ host }) => `http://${host}`)
    const { end, lines } = await pull('debian', { mirrors })
    expect(end).toBe('works')
    expect(lines.at(-1)).toContain(`goes on with ${mirrors[1]}`)
  })

  test('is not asked for an image of another registry', async () => {
    const mirror = await start()
    const { host } = await start()
    const mirrors = [`http://${mirror.host}`]
    expect((await pull(`${host}/library/debian`, { mirrors })).end).toBe(
      'works',
    )
    expect(mirror.visits).toHaveLength(0)
  })

  test('and all of them, and docker.io, out of reach: the error is docker.io’s', async () => {
    const bad = await start(({ response }) => response.writeHead(404).end())
    const { end, message } = await pull('debian', {
      mirrors: [`http://${bad.host}`],
    })
    expect(end).toBe('unavailable')
    expect(message).toContain('https://registry-1.docker.io')
  })
})

describe('a proxy', () => {
  async function startProxy(): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = []
    const proxy: Server = createServer((request, response) => {
      const { host, port, pathname: path } = new URL(request.url ?? '')
      asked.push(`GET ${host}`)
      get({ host: '127.0.0.1', port, path }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers)
        answer.pipe(response)
      })
    })
    proxy.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.url}`)
      const port = Number(portOf(request.url ?? ''))
      const behind = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        behind.pipe(socket).pipe(behind)
      })
      for (const end of [socket, behind]) end.on('error', () => {})
    })
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve)
    })
    running.push({
      stop: () =>
        new Promise((resolve) => {
          proxy.close(() => resolve())
          proxy.closeAllConnections()
        }),
    })
    const { port } = proxy.address() as AddressInfo
    return { url: `http://127.0.0.1:${port}`, asked }
  }

  test('is used for https', async () => {
    const proxy = await startProxy()
    const port = portOf((await start(undefined, certificate)).host)
    const host = `registry.test:${port}`
    const env = { HTTPS_PROXY: proxy.url }
    const { end } = await pull(`${host}/a`, { env, insecure: [host] })
    expect(end).toBe('works')
    // a tunnel for documents, and one for layers
    expect(proxy.asked).toEqual([`CONNECT ${host}`, `CONNECT ${host}`])
  })

  test('is used for http', async () => {
    const proxy = await startProxy()
    const env = { HTTP_PROXY: proxy.url }
    const host = `nowhere.example:${portOf((await start()).host)}`
    const { end } = await pull(`http://${host}/a`, { env })
    expect(end).toBe('works')
    expect(proxy.asked).toEqual(Array(4).fill(`GET ${host}`))
  })

  test('is not used where NO_PROXY says so, nor for this machine', async () => {
    const proxy = await startProxy()
    const { host } = await start()
    const env = { HTTP_PROXY: proxy.url, NO_PROXY: 'registry.test' }
    expect((await pull(`${host}/a`, { env })).end).toBe('works')
    const far = `http://registry.test:${portOf(host)}/a`
    expect((await pull(far, { env })).end).toBe('works')
    expect(proxy.asked).toEqual([])
  })
})

test('R10: a registry that sends a byte now and then is given up', async () => {
  const registry = await start(({ response, request }) => {
    response.writeHead(200)
    const drip = setInterval(() => response.write(' '), 20)
    request.on('close', () => clearInterval(drip))
  })
  const { end, message } = await pull(`${registry.host}/a`, { idleMs: 300 })
  expect(end).toBe('unavailable')
  expect(message).toContain('nothing came')
  expect(registry.visits).toHaveLength(2)
}, 30_000)

describe('a registry that does not speak HTTP is given up', () => {
  const head = 'HTTP/1.1 200 OK\r\n'
  const upgrade = 'connection: upgrade\r\nupgrade: x\r\n\r\n'
  const answers: [string, string, number, number?][] = [
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 1],
    ['a header of 100 kB', `${head}x: ${'a'.repeat(100_000)}`, 1],
    ['an answer before it', 'HTTP/1.1 102 Wait\r\n\r\n'.repeat(99), 5],
    ['another protocol from here on', `HTTP/1.1 101 Go\r\n${upgrade}`, 1],
    ['a negative length', `${head}content-length: -5\r\n\r\n`, 1],
    ['no chunks', `${head}transfer-encoding: chunked\r\n\r\nzz\r\n`, 1, 5],
    ['half a header', `${head}content-ty`, 5],
    ['an odd status', 'HTTP/1.1 999 x\r\ncontent-length: 0\r\n\r\n', 5],
  ]

  test.each(
    answers.flatMap(([what, answer, most, ofLayer = most]) => [
      ['manifest', what, answer, most] as const,
      ['layer', what, answer, ofLayer] as const,
    ]),
  )('for a %s comes %s', async (kind, _, answer, most) => {
    const registry = await start((visit) => {
      if (isOf(kind, visit)) visit.request.socket.end(answer)
      else visit.honest()
    })
    const { end } = await pull(`${registry.host}/a`, { idleMs: 400 })
    expect(end).toBe('unavailable')
    const times = Math.max(...registry.visits.map(({ nth }) => nth))
    expect(times).toBe(most)
  })
})

describe('R10: a pull that is called off', () => {
  test.each<[string, string, Behaviour]>([
    ['while nothing comes', 'manifest', () => {}],
    [
      'between two tries',
      'manifest',
      ({ response }) =>
        response.writeHead(429, { 'retry-after': '60' }).end(),
    ],
    [
      'in the middle of a layer',
      'layer',
      ({ response, shelf, name }) => {
        const length = shelf.blobs.get(name)?.length
        response.writeHead(200, { 'content-length': length }).write('x')
      },
    ],
  ])('%s ends at once', async (_, kind, behave) => {
    const abort = new AbortController()
    const registry = await start((visit) => {
      if (!isOf(kind, visit)) return visit.honest()
      behave(visit)
      setTimeout(() => abort.abort(new Error('ctrl-c')), 50)
      return undefined
    })
    const { signal } = abort
    const { message } = await pull(`${registry.host}/a`, { signal })
    expect(message).toBe('ctrl-c')
  })

  test('before it began does not begin', async () => {
    const registry = await start()
    const signal = AbortSignal.abort(new Error('ctrl-c'))
    const { message } = await pull(`${registry.host}/a`, { signal })
    expect(message).toBe('ctrl-c')
    expect(registry.visits).toHaveLength(0)
  })
})

test('a reader that leaves a blob leaves nothing running', async () => {
  const registry = await start()
  const repository = new Repository(parseReference(`${registry.host}/a`), {
    configuration: { registryMirrors: [], insecureRegistries: [] },
  })
  const platform = { os: 'linux', architecture: 'amd64' }
  const { manifest } = await repository.resolve(platform)
  for (const layer of manifest.layers)
    await repository.blob(layer, async (chunks) => {
      for await (const chunk of chunks) if (chunk) break
    })
  repository.close()
  // stop() waits for the server’s last connection
  await registry.stop()
  expect(registry.visits).toHaveLength(3)
})
