import { describe, expect, test } from 'vitest'

import { readDevices } from './device-files.ts'

describe('a device', () => {
  test('has the numbers that it has on the host', () => {
    expect(readDevices('/dev/null')).toEqual([
      expect.objectContaining({
        path: '/dev/null',
        type: 'c',
        major: 1,
        minor: 3,
        fileMode: 0o666,
      }),
    ])
  })

  test.each([
    ['/dev/zero:/dev/nothing', '/dev/nothing'],
    ['/dev/zero:/dev/nothing:r', '/dev/nothing'],
    ['/dev/zero:rw', '/dev/zero'],
  ])('%s is %s inside', (text, path) => {
    expect(readDevices(text)).toMatchObject([{ path, major: 1, minor: 5 }])
  })

  test.each([
    '',
    'null',
    '/etc/passwd',
    '/dev/none',
    '/dev/null:/tmp/x',
    '/dev/null:/dev/x:q',
  ])('%j is refused with a hint', (text) => {
    expect(() => readDevices(text)).toThrow(
      expect.objectContaining({ hint: expect.any(String) }),
    )
  })
})
