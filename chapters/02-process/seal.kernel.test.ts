// What enters a container cannot be replaced from in there (CVE-2019-5736).

import { createHash } from 'node:crypto'
import { openSync, readFileSync, readlinkSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import {
  childOf,
  ended,
  line,
  startBare,
} from '../../test/support/bare-shim.ts'
import { played } from '../../test/support/played.ts'
import { perform } from '../01-syscalls/perform.ts'
import { output, type Syscall } from '../01-syscalls/syscall.ts'

import { execute } from './execute.ts'
import type { Plan } from './plan.ts'
import { shimPath } from './plan-file.ts'
import { clone, waitFor } from './run-process.ts'

const env = ['PATH=/usr/bin:/bin']
const getSeals = 1034 // F_GET_SEALS: linux/fcntl.h
const all = 0x1 | 0x2 | 0x4 | 0x8 // of any change, and of the seals

// a child that plays on until somebody writes a line
const waiting: Plan = {
  main: [
    ...clone({
      child: [
        { name: 'write', args: [1, 'here\n', 5] },
        { name: 'read', args: [0, output('b', 1), 1] },
      ],
    }),
    ...waitFor(),
  ],
  after: [],
}

describe('the shim that plays', () => {
  test('is a copy in memory, with all seals, in its child as well', async () => {
    const shim = startBare(waiting)
    await line(shim, 'here')
    for (const pid of [shim.pid ?? 0, childOf(shim.pid ?? 0)]) {
      const exe = `/proc/${pid}/exe`
      expect(readlinkSync(exe)).toMatch(/^\/memfd:rocker-shim/)
      const seals: Syscall = {
        name: 'fcntl',
        args: [openSync(exe, 'r'), getSeals, 0],
      }
      expect(perform(seals).value & all).toBe(all)
      expect(readFileSync(exe).equals(readFileSync(shimPath()))).toBe(true)
    }
    shim.stdin?.end('\n')
    expect((await ended(shim)).status).toBe(0)
  })

  test.each(['r+', 'w', 'a'])(
    'is not opened to be written (%s)',
    async (mode) => {
      const shim = startBare(waiting)
      await line(shim, 'here')
      const exe = `/proc/${childOf(shim.pid ?? 0)}/exe`
      expect(() => openSync(exe, mode)).toThrow(/ETXTBSY|EPERM/)
      shim.stdin?.end('\n')
      await ended(shim)
      // once nobody executes it, it is gone: so there is no later either
    },
  )

  test('stays as it is when an image executes /proc/self/exe', async () => {
    const before = hash(shimPath())
    const child = [
      ...execute({ argv: ['/proc/self/exe', '--check', '9'], env }),
    ]
    const plan = { main: [...clone({ child }), ...waitFor()], after: [] }
    const { status, stderr } = await played(plan)
    expect({ status, stderr }).toEqual({
      status: 125,
      stderr: 'shim: there is no plan\n',
    })
    expect(hash(shimPath())).toBe(before)
  })
})

function hash(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
