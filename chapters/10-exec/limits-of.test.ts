import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

import { expect, test } from 'vitest'

import type { Syscall } from '../01-syscalls/syscall.ts'

import { takeLimitsOf } from './limits-of.ts'

test('who has the same limits takes none', () => {
  expect(takeLimitsOf(process.pid)).toEqual([])
})

test('only what is different is set', async () => {
  const other = spawn('sh', ['-c', 'ulimit -n 77; echo; read x'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(other.stdout, 'data')
  const calls = takeLimitsOf(other.pid ?? 0)
  other.stdin.end()
  expect(calls.map(limitOf)).toEqual([{ number: 7, soft: 77n, hard: 77n }])
})

test('what is unlimited is told by the kernel’s own number', async () => {
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -H -c'])
  const other = spawn('sh', ['-c', 'ulimit -S -c 7; echo; read x'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(other.stdout, 'data')
  const [core] = takeLimitsOf(other.pid ?? 0).map(limitOf)
  other.stdin.end()
  expect(core).toEqual({
    number: 4,
    soft: 7n * 512n,
    hard: inBytes(`${stdout}`.trim()),
  })
})

test('of a process that is gone nothing is known', () => {
  expect(takeLimitsOf(2 ** 22)).toEqual([])
})

/** "unlimited", or blocks of 512 bytes. */
function inBytes(blocks: string): bigint {
  return blocks === 'unlimited' ? 2n ** 64n - 1n : BigInt(blocks) * 512n
}

/** prlimit64(0, number, {soft, hard}) */
function limitOf({ args: [, number, both] }: Syscall) {
  const fields: { value: unknown }[] = Reflect.get(Object(both), 'fields')
  const [soft, hard] = fields.map(({ value }) => value)
  return { number, soft, hard }
}
