// Who root of a user namespace is outside: what is written where, and when.

import { describe, expect, test } from 'vitest'

import { formatCall } from '../01-syscalls/format-call.ts'

import { mapOwner, openGate, waitAtGate } from './user-namespace.ts'

/** What is written to which file, in this order; the gate is a file too. */
function written(): [string, string][] {
  let path = ''
  return mapOwner({ uid: 1000, gid: 100 }).flatMap((call) => {
    const line = formatCall(call)
    path = /^\w+ = openat\(AT_FDCWD, "(.*?)"/.exec(line)?.[1] ?? path
    const [, to = '', what = ''] =
      /^write\(\{(.*?)\}, "(.*?)"/.exec(line) ?? []
    if (to === '') return []
    const file = to.startsWith('gate') ? to : path
    return [[file, what] as [string, string]]
  })
}

const closed = (calls: ReturnType<typeof openGate>) =>
  calls
    .map(formatCall)
    .filter((line) => line.startsWith('close({gate'))
    .sort()

describe('an owner is mapped', () => {
  test('to root of the namespace, and nobody else is', () => {
    const files = Object.fromEntries(written())
    expect(files).toMatchObject({
      '/proc/{pid}/uid_map': '0 1000 1',
      '/proc/{pid}/gid_map': '0 100 1',
    })
  })

  test('only after setgroups is denied: the kernel asks for it', () => {
    const files = written().map(([path]) => path)
    expect(Object.fromEntries(written())).toMatchObject({
      '/proc/{pid}/setgroups': 'deny',
    })
    expect(files.indexOf('/proc/{pid}/setgroups')).toBeLessThan(
      files.indexOf('/proc/{pid}/gid_map'),
    )
  })

  test('before the gate is opened', () => {
    expect(
      written()
        .map(([file]) => file)
        .at(-1),
    ).toBe('gate+4')
  })
})

test('parent and child close both ends of the gate', () => {
  const bothEnds = ['close({gate+4})', 'close({gate})']
  expect(closed(mapOwner({ uid: 0, gid: 0 }))).toEqual(bothEnds)
  expect(closed(waitAtGate())).toEqual(bothEnds)
})

test('the child goes on for one byte, and not for the end of the pipe', () => {
  expect(openGate().map(formatCall)).toEqual(['pipe2(→gate[8], O_CLOEXEC)'])
  expect(waitAtGate().map(formatCall)).toContain('expect({got}, 1, 32)')
})
