// Who vouches for a registry: an authority of ours, made for this, that only
// those believe in who were told to.

import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SecureVersion } from 'node:tls'
import { promisify } from 'node:util'

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from 'vitest'

import {
  type Certificate,
  makeCertificate,
} from '../../test/support/certificates.ts'
import {
  type LyingRegistry,
  startLyingRegistry,
} from '../../test/support/lying-registry.ts'
import { madeImage } from '../../test/support/made-image.ts'

const folder = mkdtempSync(join(tmpdir(), 'rocker-trust-'))
const certificates = join(folder, 'certs.d')
let authority: Certificate
let registry: LyingRegistry
let name: string

beforeAll(async () => {
  authority = makeCertificate(folder, 'authority.test')
  const by = authority
  const own = makeCertificate(folder, 'registry.test', { by })
  registry = await startLyingRegistry(madeImage(), undefined, own)
  name = `registry.test:${registry.host.split(':')[1]}`
})
afterAll(async () => {
  await registry.stop()
  rmSync(folder, { recursive: true })
})
beforeEach(() => mkdirSync(certificates))
afterEach(() => rmSync(certificates, { recursive: true }))

/** Puts a file where docker has the certificates of a registry. */
function put(host: string, file: string, text: string): string {
  mkdirSync(join(certificates, host), { recursive: true })
  writeFileSync(join(certificates, host, file), text)
  return join(certificates, host, file)
}

/** Pulls in a process of its own: Node reads the system's list once. */
async function pull(env = {}, from = name): Promise<string> {
  const script = `
    import { parseReference } from './reference.ts'
    import { Repository } from './registry.ts'
    const here = [{ address: '127.0.0.1', family: 4 }]
    const repository = new Repository(parseReference('${from}/a'), {
      configuration: { registryMirrors: [], insecureRegistries: [] },
      env: { DOCKER_CONFIG: '/nowhere' },
      certificates: '${certificates}',
      backOffMs: 1,
      lookup: (hostname, options, done) => done(null, here),
    })
    const drain = async (chunks) => { for await (const chunk of chunks); }
    try {
      const platform = { os: 'linux', architecture: 'amd64' }
      const { manifest } = await repository.resolve(platform)
      for (const layer of manifest.layers) await repository.blob(layer, drain)
      console.log('works')
    } catch ({ code, message }) {
      console.log(code, message)
    }
    repository.close()`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { cwd: import.meta.dirname, env: { ...nothing, ...env } },
  )
  return stdout.trim()
}

// the list of a system that believes nobody
const nothing = { SSL_CERT_FILE: '/dev/null', SSL_CERT_DIR: '/nowhere' }

describe('an authority of one’s own is believed', () => {
  test('when docker’s folder has it for that registry', async () => {
    put(name, 'ca.crt', authority.cert)
    expect(await pull()).toBe('works')
  })

  test('when this system believes it', async () => {
    const SSL_CERT_FILE = authority.path('cert')
    expect(await pull({ SSL_CERT_FILE })).toBe('works')
  })

  test('when NODE_EXTRA_CA_CERTS names it', async () => {
    const NODE_EXTRA_CA_CERTS = authority.path('cert')
    expect(await pull({ NODE_EXTRA_CA_CERTS })).toBe('works')
  })
})

describe('an authority of one’s own is not believed', () => {
  const untrusted = /^unavailable .* its certificate is not to be trusted/

  test('when nobody says so', async () => {
    expect(await pull()).toMatch(untrusted)
  })

  test.each([
    ['for another registry', () => 'other.test', 'ca.crt'],
    ['for the same host’s usual port', () => 'registry.test', 'ca.crt'],
  ])('when docker’s folder has it %s', async (_, host, file) => {
    put(host(), file, authority.cert)
    expect(await pull()).toMatch(untrusted)
  })
})

describe.each<{ maxVersion: SecureVersion }>([
  { maxVersion: 'TLSv1.2' },
  { maxVersion: 'TLSv1.3' },
])('a registry that asks who comes, by $maxVersion', (version) => {
  let strict: LyingRegistry
  let client: Certificate
  let to: string
  beforeAll(async () => {
    const by = authority
    const own = makeCertificate(folder, 'registry.test', { by })
    client = makeCertificate(folder, 'client.test', { by })
    const asks = { requestCert: true, ca: authority.cert, ...version }
    const tls = { ...own, ...asks }
    strict = await startLyingRegistry(madeImage(), undefined, tls)
    to = `registry.test:${strict.host.split(':')[1]}`
  })
  afterAll(() => strict.stop())
  beforeEach(() => {
    put(to, 'ca.crt', authority.cert)
  })

  test('is shown what docker’s folder has for it', async () => {
    put(to, 'client.cert', client.cert)
    put(to, 'client.key', client.key)
    expect(await pull({}, to)).toBe('works')
  })

  test.each([
    ['nobody', () => undefined],
    ['another registry', () => 'other.test'],
  ])('is not shown what is there for %s', async (_, other) => {
    const host = other()
    if (host) put(host, 'client.cert', client.cert)
    if (host) put(host, 'client.key', client.key)
    expect(await pull({}, to)).toMatch(
      // with TLS 1.3 the answer may be lost on the way
      /^unavailable .*: (it ends the TLS handshake|the connection broke)/,
    )
  })

  test.each([
    ['cert', 'key'],
    ['key', 'cert'],
  ] as const)('client.%s alone is an error', async (has, lacks) => {
    put(to, `client.${has}`, client[has])
    const path = join(certificates, to, `client.${lacks}`)
    expect(await pull({}, to)).toBe(
      `damaged read the certificates in ${path}`,
    )
  })
})

describe.each(['ca.crt', 'client.cert', 'client.key'])('%s', (file) => {
  const other = file.endsWith('.key') ? 'client.cert' : 'client.key'
  test.each(['', 'nothing\n', '-----BEGIN CERTIFICATE-----\nAA\n'])(
    'that is no such thing (%j) is named',
    async (text) => {
      const path = put(name, file, text)
      if (file !== 'ca.crt')
        put(
          name,
          other,
          other.endsWith('.key') ? authority.key : authority.cert,
        )
      expect(await pull()).toBe(`damaged read the certificates in ${path}`)
    },
  )
})
