import { expect, test } from 'vitest'

import { formatCall } from '../01-syscalls/format-call.ts'
import { result, text } from '../01-syscalls/syscall.ts'

import { writeFile } from './write-file.ts'

test('a file is opened, written at once, and closed', () => {
  expect(writeFile('/proc/sys/x', 'on').map(formatCall)).toEqual([
    'fd = openat(AT_FDCWD, "/proc/sys/x", O_WRONLY | O_CLOEXEC)',
    'write({fd}, "on", 2)',
    'close({fd})',
  ])
})

test('path and content may be known only when it is played', () => {
  const pid = result('pid')
  const calls = writeFile(text`/proc/${pid}/uid_map`, text`0 ${pid} 1`)
  expect(calls.map(formatCall)).toEqual([
    'fd = openat(AT_FDCWD, "/proc/{pid}/uid_map", O_WRONLY | O_CLOEXEC)',
    'write({fd}, "0 {pid} 1", length)',
    'close({fd})',
  ])
})
