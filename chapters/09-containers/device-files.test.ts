import { describe, expect, test } from 'vitest'

import { hostDevices, readDevices } from './device-files.ts'

describe('a device', () => {
  test('has the numbers that it has on the host', () => {
    const { devices, access } = readDevices('/dev/null')
    expect(access).toBe('rwm')
    expect(devices).toEqual([
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
    ['/dev/zero:/dev/nothing', '/dev/nothing', 'rwm'],
    ['/dev/zero:/dev/nothing:r', '/dev/nothing', 'r'],
    ['/dev/zero:rw', '/dev/zero', 'rw'],
    ['/dev/../dev/zero:/dev/a/../../dev/b/c', '/dev/b/c', 'rwm'],
  ])('%s is %s inside, for %s', (text, path, access) => {
    const devices = [{ path, major: 1, minor: 5 }]
    expect(readDevices(text)).toMatchObject({ devices, access })
  })

  test('is each of the host, where all of them are wanted', () => {
    const devices = hostDevices()
    expect(devices).toContainEqual(
      expect.objectContaining({ path: '/dev/full', major: 1, minor: 7 }),
    )
    const own = /^\/dev\/(pts|shm|mqueue|fd|std\w+|console|ptmx)(\/|$)/
    expect(devices.filter(({ path }) => own.test(path))).toEqual([])
  })

  test.each([
    '',
    'null',
    '/etc/passwd',
    '/dev/none',
    '/dev/null:/tmp/x',
    '/dev/null:/dev/x:q',
    '/dev/null:/dev/x:r:w',
    '/dev/null:/dev/../etc/x',
    '/dev/../dev/null:/../../../x',
  ])('%j is refused with a hint', (text) => {
    expect(() => readDevices(text)).toThrow(
      expect.objectContaining({ hint: expect.any(String) }),
    )
  })
})
