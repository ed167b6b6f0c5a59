import { describe, expect, test } from 'vitest'

import { deviceProgram } from './device-program.ts'
import {
  allDeviceRules,
  readDeviceRule,
  usualDeviceRules,
  writeRules,
} from './device-rules.ts'

describe('a rule', () => {
  test.each([
    ['c 42:* rwm', { type: 'c', major: 42, access: 'rwm' }],
    ['b 8:1 r', { type: 'b', major: 8, minor: 1, access: 'r' }],
    ['a *:* mw', { type: 'a', access: 'mw' }],
  ])('%j', (text, rule) => {
    expect(readDeviceRule(text)).toEqual({ allow: true, ...rule })
  })

  test.each([
    ...['', 'c', 'c 1:3', 'c 1:3 x', 'c 1:3 rwmr', 'd 1:3 r', 'c 1 3 r'],
    ...['c -1:3 r', 'c 1e3:0 r', 'c 999999999:0 r', 'c 1:3 r\na'],
  ])('%j is none, and is refused with a hint', (text) => {
    expect(() => readDeviceRule(text)).toThrow(
      expect.objectContaining({
        hint: expect.stringContaining('--device-cgroup-rule'),
      }),
    )
  })
})

describe('the files of v1 are written', () => {
  const written = (rules: Parameters<typeof writeRules>[1]) =>
    writeRules('/box', rules).flatMap(({ name, args }) => {
      if (name === 'openat') return [args[1]]
      return name === 'write' ? [args[1]] : []
    })

  test('with the usual rules, a few in all', () => {
    expect(written(usualDeviceRules)).toEqual([
      ...['/box/devices.deny', 'a', '/box/devices.allow'],
      ...['c *:* m', 'b *:* m', 'c 1:3 rwm', 'c 1:5 rwm', 'c 1:7 rwm'],
      ...['c 1:8 rwm', 'c 1:9 rwm', 'c 5:0 rwm', 'c 5:2 rwm'],
      'c 136:* rwm',
    ])
  })

  test('with "a" for everything alone: the kernel reads no further', () => {
    expect(
      written([
        { allow: true, type: 'a', major: 8, access: 'r' },
        { allow: false, type: 'a', access: 'rwm' },
      ]),
    ).toEqual([
      ...['/box/devices.allow', 'b 8:* r', 'c 8:* r'],
      ...['/box/devices.deny', 'a'],
    ])
  })
})

// What the kernel's machine makes of a program, for the few instructions in it.
function answer(
  program: Buffer,
  asked: { type: number; access: number; major: number; minor: number },
): number {
  const memory = [
    asked.type | (asked.access << 16),
    asked.major,
    asked.minor,
  ]
  const registers: number[] = []
  for (let at = 0; ; at += 8) {
    const [code = 0, both = 0] = program.subarray(at, at + 2)
    const [to, from] = [both & 15, both >> 4]
    const offset = program.readInt16LE(at + 2)
    const value = program.readInt32LE(at + 4)
    const had = registers[to] ?? 0
    if (code === 0x61) registers[to] = memory[offset / 4] ?? -1
    else if (code === 0xb7) registers[to] = value
    else if (code === 0xbf) registers[to] = registers[from] ?? -1
    else if (code === 0x57) registers[to] = had & value
    else if (code === 0x77) registers[to] = had >>> value
    else if (code === 0x15) at += had === value ? offset * 8 : 0
    else if (code === 0x55) at += had === value ? 0 : offset * 8
    else return registers[0] ?? -1
  }
}

describe('the program of v2 answers', () => {
  const [block, character] = [1, 2]
  const [mknod, read, write] = [1, 2, 4]
  const rules = [
    ...usualDeviceRules,
    readDeviceRule('b 8:1 rm'),
    readDeviceRule('c 10:* rw'),
    { allow: false, type: 'c', major: 10, minor: 7, access: 'w' } as const,
  ]

  test.each([
    ['reads null', character, read, 1, 3, 1],
    ['reads and writes zero', character, read | write, 1, 5, 1],
    ['reads memory', character, read, 1, 1, 0],
    ['makes a file for any disk', block, mknod, 254, 0, 1],
    ['opens any disk', block, read, 254, 0, 0],
    ['opens what is a disk by the number of null', block, read, 1, 3, 0],
    ['opens a pseudo terminal', character, read | write, 136, 77, 1],
    ['reads a disk that it was given', block, read, 8, 1, 1],
    ['writes to it', block, write, 8, 1, 0],
    ['does both at once', block, read | write, 8, 1, 0],
    ['opens any of a kind that it was given', character, read, 10, 9, 1],
    ['writes to the one that was taken again', character, write, 10, 7, 0],
    ['reads that one', character, read, 10, 7, 1],
  ])('who %s', (_, type, access, major, minor, expected) => {
    const asked = { type, access, major, minor }
    expect(answer(deviceProgram(rules), asked)).toBe(expected)
  })

  test('yes to all of --privileged', () => {
    const asked = { type: block, access: 7, major: 254, minor: 0 }
    expect(answer(deviceProgram(allDeviceRules), asked)).toBe(1)
  })
})
