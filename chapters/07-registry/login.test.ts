// Who is told the password, and who is not.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, describe, expect, test } from 'vitest'

import {
  type Behaviour,
  type LyingRegistry,
  startLyingRegistry,
  type Visit,
} from '../../test/support/lying-registry.ts'
import { madeImage } from '../../test/support/made-image.ts'
import type { RockerError } from '../01-syscalls/rocker-error.ts'

import { parseReference } from './reference.ts'
import { Repository } from './registry.ts'

const folder = mkdtempSync(join(tmpdir(), 'rocker-login-'))
const basic = `Basic ${Buffer.from('user:word').toString('base64')}`
const running: LyingRegistry[] = []

afterAll(() => rmSync(folder, { recursive: true }))
afterEach(async () => {
  await Promise.all(running.splice(0).map((registry) => registry.stop()))
})

async function start(behave: Behaviour): Promise<LyingRegistry> {
  const registry = await startLyingRegistry(madeImage(), behave)
  running.push(registry)
  return registry
}

/** Resolves an image with the password for its registry at hand. */
async function resolve(host: string, more: { entry?: object } = {}) {
  const { entry = { auth: basic.slice(6) } } = more
  const auths = { [host]: entry }
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths }))
  const lines: string[] = []
  const repository = new Repository(parseReference(`${host}/a/b`), {
    configuration: { registryMirrors: [], insecureRegistries: [] },
    env: { DOCKER_CONFIG: folder },
    report: (line) => lines.push(line),
    backOffMs: 1,
  })
  try {
    await repository.resolve({ os: 'linux', architecture: 'amd64' })
    return { end: 'works', lines }
  } catch (error) {
    const { code, message } = error as RockerError
    return { end: code, message, lines }
  } finally {
    repository.close()
  }
}

/** A registry that wants `proof`, and challenges whoever has none. */
function wants(proof: string, challenge: () => string): Behaviour {
  return (visit) => {
    if (visit.request.headers.authorization === proof) visit.honest()
    else refuse(visit, challenge())
  }
}

function refuse(visit: Visit, challenge: string) {
  visit.response.writeHead(401, { 'www-authenticate': challenge })
  visit.response.end('{}')
}

function sendToken(visit: Visit, token: unknown = { token: 'ticket' }) {
  visit.response.end(
    typeof token === 'string' ? token : JSON.stringify(token),
  )
}

const proofs = (registry: LyingRegistry) =>
  registry.visits.map(({ request }) => request.headers.authorization)

describe('a registry that asks for a password', () => {
  test('gets it, and only once it asked', async () => {
    const registry = await start(wants(basic, () => 'Basic realm="x"'))
    expect((await resolve(registry.host)).end).toBe('works')
    expect(proofs(registry)).toEqual([undefined, basic])
  })

  test('and does not take it is not asked again and again', async () => {
    const registry = await start((visit) =>
      refuse(visit, 'Basic realm="x"'),
    )
    expect((await resolve(registry.host)).end).toBe('denied')
    expect(registry.visits).toHaveLength(2)
  })

  test('but there is none: denied, with a hint', async () => {
    const registry = await start(wants(basic, () => 'Basic realm="x"'))
    const { end, message } = await resolve(registry.host, { entry: {} })
    expect(end).toBe('denied')
    expect(message).toContain('log in to')
  })
})

describe('a registry that asks for a token', () => {
  const withRealm = (realm: Behaviour) => {
    const registry: Behaviour = (visit) => {
      const { host } = visit.request.headers
      if (visit.kind === 'other') realm(visit)
      else
        wants(
          'Bearer ticket',
          () => `Bearer realm="http://${host}/token",service="a&b"`,
        )(visit)
    }
    return start(registry)
  }

  test('gets one, for pulling this repository and no more', async () => {
    const registry = await withRealm((visit) => sendToken(visit))
    expect((await resolve(registry.host)).end).toBe('works')
    expect(proofs(registry)).toEqual([undefined, basic, 'Bearer ticket'])
    const asked = new URL(`http://x${registry.visits[1]?.request.url}`)
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      service: 'a&b',
      scope: 'repository:a/b:pull',
    })
  })

  test('gets one for nothing, where there is no password', async () => {
    const registry = await withRealm((visit) => sendToken(visit))
    expect((await resolve(registry.host, { entry: {} })).end).toBe('works')
    expect(proofs(registry)).toEqual([
      undefined,
      undefined,
      'Bearer ticket',
    ])
  })

  test('gets one for an identity token', async () => {
    const forms: string[] = []
    const registry = await withRealm((visit) => {
      visit.request.on('data', (form) => forms.push(`${form}`))
      visit.request.on('end', () => sendToken(visit))
    })
    const entry = { identitytoken: 'a secret' }
    expect((await resolve(registry.host, { entry })).end).toBe('works')
    expect(Object.fromEntries(new URLSearchParams(forms[0]))).toMatchObject(
      {
        grant_type: 'refresh_token',
        refresh_token: 'a secret',
      },
    )
  })

  test.each([
    ['access_token', { access_token: 'ticket' }, 'works'],
    ['expires_in -1', { token: 'ticket', expires_in: -1 }, 'works'],
    ['expires_in 1e9', { token: 'ticket', expires_in: 1e9 }, 'works'],
    ['expires_in "x"', { token: 'ticket', expires_in: 'x' }, 'works'],
    ['a token with a new line', { token: 'tic\r\nket: x' }, 'refused'],
    ['a token that is a number', { token: 5 }, 'refused'],
    ['no token', {}, 'refused'],
    ['a list', '[]', 'refused'],
    ['no JSON', '<html>', 'refused'],
    ['two megabytes', { token: 'x'.repeat(2_000_000) }, 'refused'],
  ])('R14: its token has %s', async (_, token, end) => {
    const registry = await withRealm((visit) => sendToken(visit, token))
    expect((await resolve(registry.host)).end).toBe(end)
  })

  test('R14: whatever it is told, it is asked three times at most', async () => {
    const registry = await start((visit) => {
      const { host } = visit.request.headers
      if (visit.kind === 'other') sendToken(visit)
      else refuse(visit, `Bearer realm="http://${host}/token"`)
    })
    expect((await resolve(registry.host)).end).toBe('denied')
    expect(registry.visits).toHaveLength(5) // and two times for a token
  })

  test('and does not give one: denied', async () => {
    const registry = await withRealm(({ response }) => {
      response.writeHead(401)
      response.end('{"details":"incorrect username or password"}')
    })
    expect((await resolve(registry.host)).end).toBe('denied')
  })
})

describe('R12: the password goes where the registry says, if it is safe', () => {
  test.each([
    'http://evil.example/token',
    'http://169.254.169.254/token',
    'https://169.254.169.254/token',
    'https://[fe80::1]/token',
    'ftp://127.0.0.1/token',
    'file:///etc/passwd',
    '/token',
    '',
  ])('not to %j', async (realm) => {
    const registry = await start(
      wants('Bearer ticket', () => `Bearer realm="${realm}"`),
    )
    const { end, message } = await resolve(registry.host)
    expect(end).toBe('refused')
    expect(message).toContain('log in to')
    expect(proofs(registry)).toEqual([undefined])
  })

  test('to another port of this machine, for a registry of this machine; and that is said', async () => {
    const realm = await start((visit) => sendToken(visit))
    const port = realm.host.split(':')[1]
    const registry = await start(
      wants(
        'Bearer ticket',
        () => `Bearer realm="http://localhost:${port}/token"`,
      ),
    )
    const { end, lines } = await resolve(registry.host)
    expect(end).toBe('works')
    expect(proofs(realm)).toEqual([basic])
    expect(lines).toEqual([
      `the login for ${registry.host} goes to localhost:${port}, as it asks`,
    ])
  })

  test('not to a host that a redirect leads to, though it asks', async () => {
    const thief = await start((visit) => refuse(visit, 'Basic realm="x"'))
    const registry = await start((visit) => {
      const location = `http://${thief.host}${visit.request.url}`
      if (!visit.request.headers.authorization)
        refuse(visit, 'Basic realm="x"')
      else {
        visit.response.writeHead(307, { location })
        visit.response.end()
      }
    })
    expect((await resolve(registry.host)).end).toBe('denied')
    expect(proofs(registry)).toEqual([undefined, basic])
    expect(proofs(thief)).toEqual([undefined])
  })

  test('not to the realm of a host that a redirect leads to', async () => {
    const thief = await start((visit) => {
      const { host } = visit.request.headers
      if (visit.kind === 'other') sendToken(visit)
      else refuse(visit, `Bearer realm="http://${host}/token"`)
    })
    const registry = await start((visit) => {
      const location = `http://${thief.host}${visit.request.url}`
      visit.response.writeHead(307, { location })
      visit.response.end()
    })
    expect((await resolve(registry.host)).end).toBe('denied')
    expect(proofs(thief)).toEqual([undefined])
  })

  test('not with a token’s request that is sent on', async () => {
    const thief = await start((visit) => sendToken(visit))
    const realm = await start((visit) => {
      visit.response.writeHead(307, { location: `http://${thief.host}/t` })
      visit.response.end()
    })
    const registry = await start(
      wants('Bearer ticket', () => `Bearer realm="http://${realm.host}/t"`),
    )
    expect((await resolve(registry.host)).end).toBe('works')
    expect(proofs(realm)).toEqual([basic])
    expect(proofs(thief)).toEqual([undefined])
    const entry = { identitytoken: 'a secret' }
    expect((await resolve(registry.host, { entry })).end).toBe('denied')
    expect(thief.visits).toHaveLength(1)
  })
})
