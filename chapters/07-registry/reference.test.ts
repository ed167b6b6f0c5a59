// Names of images: what they mean in full, and what is no name.

import { describe, expect, test } from 'vitest'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { canonicalName, familiarName, parseReference } from './reference.ts'

const hex = '0123456789abcdef'.repeat(4)
const digest = `sha256:${hex}`

describe('a name is read as docker reads it', () => {
  test.each<[string, string, (string | undefined)?]>([
    // written, in full, as people write it
    ['debian', 'docker.io/library/debian:latest', 'debian:latest'],
    ['debian:12', 'docker.io/library/debian:12', 'debian:12'],
    ['user/app', 'docker.io/user/app:latest', 'user/app:latest'],
    ['a/b/c:v1', 'docker.io/a/b/c:v1', 'a/b/c:v1'],
    [
      'docker.io/debian',
      'docker.io/library/debian:latest',
      'debian:latest',
    ],
    ['docker.io/user/app', 'docker.io/user/app:latest', 'user/app:latest'],
    ['index.docker.io/x', 'docker.io/library/x:latest', 'x:latest'],
    ['library/debian', 'docker.io/library/debian:latest', 'debian:latest'],
    ['quay.io/a/b', 'quay.io/a/b:latest', 'quay.io/a/b:latest'],
    ['localhost/a', 'localhost/a:latest', 'localhost/a:latest'],
    ['host:5000/a:1.2', 'host:5000/a:1.2', 'host:5000/a:1.2'],
    ['[::1]:5000/a', '[::1]:5000/a:latest', '[::1]:5000/a:latest'],
    ['UPPER/a', 'UPPER/a:latest', 'UPPER/a:latest'],
    ['a-b__c/d.e--f', 'docker.io/a-b__c/d.e--f:latest', undefined],
    ['a.b/c', 'a.b/c:latest', 'a.b/c:latest'],
    [`debian@${digest}`, `docker.io/library/debian@${digest}`, undefined],
    [`h:1/a:t@${digest}`, `h:1/a:t@${digest}`, `h:1/a:t@${digest}`],
    ['a:Tag_1.2-x', 'docker.io/library/a:Tag_1.2-x', 'a:Tag_1.2-x'],
    [`a:${'t'.repeat(128)}`, `docker.io/library/a:${'t'.repeat(128)}`],
    // names of docker.io that would be another registry's when shortened
    [
      'docker.io/quay.io/a',
      'docker.io/quay.io/a:latest',
      'docker.io/quay.io/a:latest',
    ],
    [
      'docker.io/localhost/a',
      'docker.io/localhost/a:latest',
      'docker.io/localhost/a:latest',
    ],
    [
      'docker.io/library/a/b',
      'docker.io/library/a/b:latest',
      'library/a/b:latest',
    ],
    // the seed's way
    ['http://127.0.0.1:5000/nginx', '127.0.0.1:5000/nginx:latest'],
    ['http://host/nginx:1', 'host:80/nginx:1', 'host:80/nginx:1'],
  ])('%s', (written, canonical, familiar) => {
    const reference = parseReference(written)
    expect(canonicalName(reference)).toBe(canonical)
    if (familiar) expect(familiarName(reference)).toBe(familiar)
    const back = parseReference(familiarName(reference))
    expect(canonicalName(back)).toBe(canonical)
    expect(reference.plain).toBe(written.startsWith('http://'))
  })
})

describe('C12: what is no name is refused', () => {
  test.each([
    '',
    ' ',
    'UPPER',
    'a/B',
    'a/../b',
    '../../x',
    '/a',
    'a/',
    'a//b',
    'a:b:c',
    'a:',
    ':a',
    `a:${'t'.repeat(129)}`,
    'a:-x',
    'a b',
    'a\n',
    'a\0',
    '-a',
    'a_',
    'a..b',
    'a___b',
    'x@sha256:abc',
    'x@',
    `x@md5:${'a'.repeat(32)}`,
    `x@${digest.toUpperCase()}`,
    `x@${digest}/../y`,
    `x@${digest}@${digest}`,
    hex,
    'a'.repeat(300),
    `host:5000/${'a/'.repeat(150)}a`,
    'host:0/a',
    'host:65536/a',
    'host:99999999/a',
    'host:/a',
    'host:x/a',
    'user:password@host/a',
    '[::1/a',
    'http://',
    'http://name',
    'http://user:password@host/a',
    'https://host/a',
    'HTTP://host/a',
    'docker://a',
    'ünïcode',
    'a?b=c',
    'a#b',
    'a%2fb',
  ])('%j', (written) => {
    expect(() => parseReference(written)).toThrow(RockerError)
  })
})

test('a refusal says what is wrong with the name', () => {
  expect(() => parseReference('Debian')).toThrow(/lower case/)
  expect(() => parseReference(hex)).toThrow(/an id, not/)
  expect(() => parseReference('a:b:c')).toThrow(/tag/)
})
