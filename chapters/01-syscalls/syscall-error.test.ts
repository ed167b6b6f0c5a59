// Which hint belongs to a refusal. Whether the kernel really refuses so is in
// syscall-error.kernel.test.ts.

import { describe, expect, test } from 'vitest'

import { type ErrnoName, errnoNumber } from './errno.ts'
import type { Syscall } from './syscall.ts'
import { SyscallError } from './syscall-error.ts'

function hintOf(name: Syscall['name'], errno: ErrnoName, doing = 'x') {
  const call = { name, args: [], from: { chapter: 'test', doing } }
  return new SyscallError(call, errnoNumber(errno)).hint
}

describe('the hint for a refusal', () => {
  test('depends on the call', () => {
    expect(hintOf('mount', 'EPERM')).toMatch(/^mounting takes root/)
    expect(hintOf('clone3', 'EPERM')).toMatch(/^new namespaces take root/)
  })

  test('depends on the errno', () => {
    expect(hintOf('execve', 'ENOENT')).toMatch(/is the program there/)
    expect(hintOf('execve', 'EACCES')).toMatch(/executable/)
  })

  test('depends on what was being done', () => {
    const hint = hintOf('mount', 'EINVAL', 'mount overlay on /merged')
    expect(hint).toMatch(/^upper and work/)
    expect(hintOf('mount', 'EINVAL', 'mount /proc')).toBeUndefined()
  })

  test('is missing where nobody knows better', () => {
    expect(hintOf('close', 'EBADF')).toBeUndefined()
  })

  test('asks nothing of a call that does not say what it is for', () => {
    const call = { name: 'mount', args: [] } as const
    expect(new SyscallError(call, errnoNumber('EINVAL')).hint).toBe(
      undefined,
    )
  })
})
