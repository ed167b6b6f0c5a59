import { describe, expect, test } from 'vitest'

import type { Argument } from '../01-syscalls/syscall.ts'

import { become } from './credentials.ts'

const user = { uid: 1000, gid: 100, groups: [100, 29] }

/** The numbers in a list that a call points to. */
function numbersIn(list: Argument | undefined): unknown[] {
  if (typeof list !== 'object' || list === null || !('fields' in list))
    return []
  return list.fields.map(({ width, value }) => [width, value])
}

describe('becoming a user', () => {
  test('sets the groups while that is still allowed, the uid last', () => {
    expect(become(user).map(({ name }) => name)).toEqual([
      'setgroups',
      'setresgid',
      'setresuid',
    ])
  })

  test('sets the real, the effective and the saved id', () => {
    const [, setGid, setUid] = become(user)
    expect(setGid?.args).toEqual([100, 100, 100])
    expect(setUid?.args).toEqual([1000, 1000, 1000])
  })

  test('hands over a list of groups, four bytes each', () => {
    const [setGroups] = become(user)
    expect(setGroups?.args[0]).toBe(2)
    expect(numbersIn(setGroups?.args[1])).toEqual([
      [4, 100],
      [4, 29],
    ])
  })

  test('drops all groups of a user who has none', () => {
    const [setGroups] = become({ ...user, groups: [] })
    expect(setGroups?.args).toEqual([0, null])
  })

  test('says whom', () => {
    expect(become(user)[0]?.from?.doing).toBe('become user 1000:100')
  })
})
