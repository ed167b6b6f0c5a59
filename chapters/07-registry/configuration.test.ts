// daemon.json: what is understood, and each mistake that is named.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { readConfiguration } from './configuration.ts'

const folder = mkdtempSync(join(tmpdir(), 'rocker-configuration-'))
const path = join(folder, 'daemon.json')

afterAll(() => rmSync(folder, { recursive: true }))

function read(text: string, env = {}) {
  writeFileSync(path, text)
  return readConfiguration({ ROCKER_CONFIG: path, ...env })
}

test('without a file there are no mirrors, and no insecure registries', () => {
  const missing = join(folder, 'missing.json')
  expect(readConfiguration({ ROCKER_CONFIG: missing })).toEqual({
    registryMirrors: [],
    insecureRegistries: [],
  })
})

test('mirrors and insecure registries are read, by docker’s keys', () => {
  expect(
    read(`{
      "registry-mirrors": ["https://mirror.example.org/", "http://127.0.0.1:5000"],
      "insecure-registries": ["registry.lan:5000", "10.0.0.0/8", "fd00::/8"],
      "debug": true, "data-root": "/srv"
    }`),
  ).toEqual({
    registryMirrors: [
      'https://mirror.example.org',
      'http://127.0.0.1:5000',
    ],
    insecureRegistries: ['registry.lan:5000', '10.0.0.0/8', 'fd00::/8'],
  })
})

test('the environment beats the file', () => {
  const env = {
    ROCKER_REGISTRY_MIRRORS: 'https://a.example,https://b.example',
    ROCKER_INSECURE_REGISTRIES: '',
  }
  const text =
    '{"registry-mirrors":["https://c.example"],"insecure-registries":["d"]}'
  expect(read(text, env)).toEqual({
    registryMirrors: ['https://a.example', 'https://b.example'],
    insecureRegistries: [],
  })
})

describe('a mistake is named, and has a hint', () => {
  test.each([
    ['{"registry-mirror":[]}', 'unknown key "registry-mirror"'],
    ['{"__proto__":{}}', 'unknown key "__proto__"'],
    ['{"registry-mirrors":"https://a"}', 'registry-mirrors'],
    ['{"registry-mirrors":[1]}', 'registry-mirrors'],
    ['{"registry-mirrors":["a.example"]}', 'read the mirror "a.example"'],
    ['{"registry-mirrors":["ftp://a"]}', 'read the mirror'],
    ['{"registry-mirrors":["https://a/path"]}', 'read the mirror'],
    ['{"registry-mirrors":["https://u:p@a"]}', 'read the mirror'],
    ['{"insecure-registries":["http://a"]}', 'read the insecure registry'],
    ['{"insecure-registries":["10.0.0.0/33"]}', 'read the insecure'],
    ['{"insecure-registries":["a b"]}', 'read the insecure registry'],
    ['{', 'not JSON'],
    ['[]', 'not an object'],
  ])('%s', (text, says) => {
    expect(() => read(text)).toThrow(says)
    expect(() => read(text)).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/\S/) }),
    )
  })

  test('a file that cannot be read', () => {
    expect(() => readConfiguration({ ROCKER_CONFIG: folder })).toThrow(
      'read the configuration',
    )
  })
})
