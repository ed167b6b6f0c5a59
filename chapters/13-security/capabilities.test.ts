import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { cValues } from '../../test/support/c-values.ts'

import {
  capabilityNames,
  limitCapabilities,
  namesOf,
  setCapabilities,
} from './capabilities.ts'
import {
  grantedCapabilities,
  newcomerSets,
  readName,
  setsOf,
} from './capability-option.ts'
import { usualCapabilities } from './usual-capabilities.ts'

describe('a capability', () => {
  test('has the number of the headers', () => {
    const numbers = cValues(['linux/capability.h'], capabilityNames)
    for (const [i, name] of capabilityNames.entries())
      expect(Number(numbers.get(name)), name).toBe(i)
  })

  test.each([
    ['net_admin', 'CAP_NET_ADMIN'],
    ['CAP_CHOWN', 'CAP_CHOWN'],
    ['cap_sys_time', 'CAP_SYS_TIME'],
    ['all', 'ALL'],
    ['CAP_ALL', 'ALL'],
  ])('%s is %s', (word, name) => {
    expect(readName(word)).toBe(name)
  })

  test.each(['', 'CAP_', 'cap_cap_chown', 'NET ADMIN', '*', '__proto__'])(
    '%j is none, and is refused with a hint',
    (word) => {
      expect(() => readName(word)).toThrow(
        expect.objectContaining({ hint: expect.stringContaining('man 7') }),
      )
    },
  )

  test('is one digit of sixteen in /proc', () => {
    expect(namesOf('00000000a80425fb')).toEqual(
      capabilityNames.filter((name) => usualCapabilities.includes(name)),
    )
    expect(namesOf('000001ffffffffff')).toEqual(capabilityNames)
    expect(namesOf('0')).toEqual([])
  })
})

describe('a container is granted', () => {
  const all = capabilityNames
  const granted = (
    add: string[],
    drop: string[],
    own: typeof all | readonly (typeof all)[number][] = all,
  ) => grantedCapabilities({ add, drop, privileged: false }, own)
  const sorted = (names: readonly string[]) => [...names].sort()
  const usual = sorted(usualCapabilities)

  test.each([
    ['nothing said', [], [], usual],
    ['one more', ['sys_time'], [], [...usual, 'CAP_SYS_TIME']],
    ['one less', [], ['CHOWN'], usual.filter((n) => n !== 'CAP_CHOWN')],
    ['none', [], ['ALL'], []],
    ['one alone', ['CHOWN'], ['all'], ['CAP_CHOWN']],
    ['all', ['ALL'], [], all],
    ['all but one', ['ALL'], ['BPF'], all.filter((n) => n !== 'CAP_BPF')],
    ['what is added and dropped', ['CHOWN'], ['CHOWN'], usual],
    ['one that it never had dropped', [], ['SYS_ADMIN'], usual],
  ])('%s', (_, add, drop, expected) => {
    expect(sorted(granted(add, drop))).toEqual(sorted(expected))
  })

  test('no more than rocker itself may', () => {
    const own = ['CAP_CHOWN', 'CAP_SYS_TIME'] as const
    expect(granted([], [], own)).toEqual(['CAP_CHOWN'])
    expect(granted(['ALL'], [], own)).toEqual(own)
    const wishes = { add: [], drop: [], privileged: true }
    expect(grantedCapabilities(wishes, own)).toEqual(own)
    expect(() => granted(['BPF'], [], own)).toThrow(
      expect.objectContaining({
        message: 'give the capability CAP_BPF',
        hint: expect.stringContaining('rocker itself'),
      }),
    )
  })
})

describe('the sets of a process', () => {
  const two = ['CAP_CHOWN', 'CAP_CHECKPOINT_RESTORE']

  test('are the same for root, and empty but for the bounds otherwise', () => {
    expect(setsOf(two, 0)).toMatchObject({
      ...{ bounding: two, permitted: two, effective: two },
      ...{ inheritable: [], ambient: [] },
    })
    expect(setsOf(two, 1000)).toMatchObject({
      ...{ bounding: two, permitted: [], effective: [] },
    })
  })

  test('are those of its user, when somebody comes later', () => {
    const process = { capabilities: setsOf(two, 1000) }
    const asRoot = { ...process, user: { uid: 0 } } as never
    expect(newcomerSets(asRoot, false)).toEqual(setsOf(two, 0))
    expect(newcomerSets({ user: { uid: 0 } } as never, false)).toBe(
      undefined,
    )
  })

  test('are two words each', () => {
    const [capset] = setCapabilities(setsOf(two, 0))
    expect(capset?.args[1]).toMatchObject({
      fields: [1, 1, 0, 256, 256, 0].map((value) => ({ value })),
    })
  })

  test('of the bounds goes all else that this kernel knows', () => {
    const last = Number(readFileSync('/proc/sys/kernel/cap_last_cap'))
    const lost = limitCapabilities(two).map(({ args }) => args[1])
    const kept = [0, capabilityNames.indexOf('CAP_CHECKPOINT_RESTORE')]
    const all = Array.from({ length: last + 1 }, (_, i) => i)
    expect(lost).toEqual(all.filter((number) => !kept.includes(number)))
  })
})
