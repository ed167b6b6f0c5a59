import { describe, expect, test } from 'vitest'

import { parseUser, resolveUser } from './user.ts'

const files = {
  passwd: `root:x:0:0:root:/root:/bin/sh
# a comment:x:7:7::/nowhere:
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
anna:x:1000:100:Anna:/home/anna:/bin/sh
homeless:x:1001:100::relative:/bin/sh
1234:x:77:77:named like a number:/home/1234:/bin/sh
broken:x::0:no uid:/:/bin/sh
negative:x:-1:0::/:/bin/sh
huge:x:4294967296:0::/:/bin/sh
short
twice:x:50:50::/first:/bin/sh
twice:x:51:51::/second:/bin/sh
`,
  group: `root:x:0:
adm:x:4:anna,daemon
users:x:100:anna
video:x:44:anna
wrong:x:4294967296:anna
staff:x:50:annabel
`,
}

describe('a user in every form', () => {
  test.each([
    ['', 0, 0, [0], '/root'],
    ['0', 0, 0, [0], '/root'],
    ['root', 0, 0, [0], '/root'],
    ['anna', 1000, 100, [100, 4, 44], '/home/anna'],
    ['1000', 1000, 100, [100, 4, 44], '/home/anna'],
    ['anna:adm', 1000, 4, [4], '/home/anna'],
    ['anna:7', 1000, 7, [7], '/home/anna'],
    ['1000:0', 1000, 0, [0], '/home/anna'],
    ['2000', 2000, 0, [0], '/'],
    ['2000:44', 2000, 44, [44], '/'],
    ['2147483647', 2147483647, 0, [0], '/'],
    ['homeless', 1001, 100, [100], '/'],
    ['twice', 50, 50, [50], '/first'],
    // a number is a number, whoever is called so
    ['1234', 1234, 0, [0], '/'],
  ])('%j is uid %i, gid %i, groups %j, home %s', (text, ...expected) => {
    const { uid, gid, groups, home } = resolveUser(parseUser(text), files)
    expect([uid, gid, groups, home]).toEqual(expected)
  })

  test('an image without passwd and group has root and numbers', () => {
    const none = { passwd: '', group: '' }
    expect(resolveUser(parseUser('5:6'), none)).toEqual({
      uid: 5,
      gid: 6,
      groups: [6],
      home: '/',
    })
    expect(resolveUser(parseUser(''), none).home).toBe('/')
  })
})

describe('what is unclear is refused', () => {
  test.each([
    '4294967296',
    '2147483648',
    '99999999999999999999',
    '-1',
    '+1',
    '007',
    '1000 ',
    ' 1000',
    '1000:',
    ':5',
    ':',
    '1:2:3',
    '1.5',
    'a b',
    'a\nroot',
    'a\0',
    '../../x',
    'a,b',
    '1000:-1',
    '1000:4294967296',
    'x'.repeat(300),
  ])('%j', (text) => {
    expect(() => parseUser(text)).toThrow(/read the user/)
  })

  test.each([
    '0x0',
    '1e3',
    'nobody',
    'short',
    'broken',
    'negative',
    'huge',
  ])('%j is a name that passwd does not have', (text) => {
    expect(() => resolveUser(parseUser(text), files)).toThrow(
      /find the user .* does not have it/,
    )
  })

  test('a group that the image does not have', () => {
    expect(() => resolveUser(parseUser('anna:wrong'), files)).toThrow(
      /find the group "wrong"/,
    )
  })
})
