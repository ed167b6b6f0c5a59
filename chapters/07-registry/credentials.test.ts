// Logins as docker's config.json and its helpers have them.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { credentialsFor } from './credentials.ts'

const folder = mkdtempSync(join(tmpdir(), 'rocker-credentials-'))
const auth = Buffer.from('user:pass:word').toString('base64')
const known = { user: 'user', password: 'pass:word' }

afterAll(() => rmSync(folder, { recursive: true }))

function find(registry: string, config: unknown) {
  const text = typeof config === 'string' ? config : JSON.stringify(config)
  writeFileSync(join(folder, 'config.json'), text)
  const PATH = `${folder}:${process.env.PATH}`
  return credentialsFor(registry, { DOCKER_CONFIG: folder, PATH })
}

function helper(name: string, script: string) {
  const path = join(folder, `docker-credential-${name}`)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

test('without docker’s config.json nothing is known', async () => {
  const env = { DOCKER_CONFIG: join(folder, 'missing') }
  expect(await credentialsFor('host', env)).toBeUndefined()
})

test('docker’s config.json is found at home', async () => {
  const env = { HOME: join(folder, 'config.json') } // no folder, no login
  expect(await credentialsFor('host', env)).toBeUndefined()
})

describe('a login is found by the registry’s name', () => {
  test.each([
    ['host:5000', { 'host:5000': { auth } }, known],
    ['host:5000', { 'https://host:5000/v1/': { auth } }, known],
    ['host:5000', { 'http://host:5000': { auth } }, known],
    ['docker.io', { 'https://index.docker.io/v1/': { auth } }, known],
    ['host:5000', { host: { auth } }, undefined],
    ['host', { 'host.evil.example': { auth } }, undefined],
    ['host', { 'evil.example/host': { auth } }, undefined],
    ['host', { host: {} }, undefined],
    ['host', { host: { auth: '' } }, undefined],
    ['host', { host: { identitytoken: 'it' } }, { identityToken: 'it' }],
  ])('%s in %j', async (registry, auths, expected) => {
    expect(await find(registry, { auths })).toEqual(expected)
  })
})

test.each([
  '{',
  '[]',
  '{"auths":[]}',
  '{"auths":{"host":1}}',
  '{"auths":{"host":{"auth":"!"}}}',
  '{"auths":{"host":{"auth":1}}}',
  '{"credsStore":1}',
  '{"credsStore":"../../bin/sh"}',
])('a config.json that makes no sense is an error: %s', async (text) => {
  await expect(find('host', text)).rejects.toMatchObject({
    message: expect.stringMatching(/read/),
    hint: 'docker login writes it anew',
  })
})

describe('a helper is asked', () => {
  test('by the registry’s name on its stdin', async () => {
    helper(
      'echo',
      'read s; echo "{\\"Username\\":\\"$1\\",\\"Secret\\":\\"$s\\"}"',
    )
    const config = { credHelpers: { 'host:5000': 'echo' }, auths: {} }
    expect(await find('host:5000', config)).toEqual({
      user: 'get',
      password: 'host:5000',
    })
    expect(await find('other', config)).toBeUndefined()
    expect(await find('docker.io', { credsStore: 'echo' })).toEqual({
      user: 'get',
      password: 'https://index.docker.io/v1/',
    })
  })

  test('and may have a token instead of a password', async () => {
    helper('token', 'echo \'{"Username":"<token>","Secret":"it"}\'')
    expect(await find('host', { credsStore: 'token' })).toEqual({
      identityToken: 'it',
    })
  })

  test('and may know nothing', async () => {
    helper('none', 'echo credentials not found in native keychain; exit 1')
    expect(await find('host', { credsStore: 'none' })).toBeUndefined()
  })

  test('and an error of it is an error', async () => {
    helper('locked', 'echo the keychain is locked; exit 1')
    await expect(find('host', { credsStore: 'locked' })).rejects.toThrow(
      'ask docker-credential-locked for host',
    )
    await expect(find('host', { credsStore: 'missing' })).rejects.toThrow(
      'run docker-credential-missing',
    )
  })
})
