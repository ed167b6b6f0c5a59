// A call as it is printed: names instead of numbers, and no trick by a string.

import { describe, expect, test } from 'vitest'

import { formatCall } from './format-call.ts'
import {
  flags,
  inside,
  lengthOf,
  output,
  pointers,
  result,
  type Syscall,
  struct,
  text,
} from './syscall.ts'

const many = Array.from({ length: 9 }, (_, i) => `${i}`)

describe('a call is printed as strace would', () => {
  test.each<[Syscall, string]>([
    [
      { name: 'sethostname', args: ['box', lengthOf(0)] },
      'sethostname("box", 3)',
    ],
    [
      {
        name: 'mount',
        args: [
          'proc',
          '/proc',
          'proc',
          flags('MS_NOSUID', 'MS_NODEV'),
          null,
        ],
      },
      'mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV, NULL)',
    ],
    [{ name: 'mount', args: [flags(), 10n, -1] }, 'mount(0, 10, -1)'],
    [
      { name: 'openat', args: [result('root'), 'a'], result: 'fd' },
      'fd = openat({root}, "a")',
    ],
    [
      { name: 'close', args: [inside('pipe', 4)], ignore: ['EBADF'] },
      'close({pipe+4})  # EBADF ignored',
    ],
    [
      { name: 'chdir', args: [text`/proc/self/fd/${result('root')}`] },
      'chdir("/proc/self/fd/{root}")',
    ],
    [
      { name: 'pipe2', args: [output('gate', 8), flags('O_CLOEXEC')] },
      'pipe2(→gate[8], O_CLOEXEC)',
    ],
    [
      { name: 'mkdirat', args: [flags('AT_FDCWD'), 'a', 0o755] },
      'mkdirat(AT_FDCWD, "a", 0755)',
    ],
    [{ name: 'umask', args: [0] }, 'umask(0)'],
    [
      {
        name: 'clone3',
        args: [
          struct({ flags: [8, flags('CLONE_NEWPID')], pidfd: [8, 0] }),
          lengthOf(0),
        ],
      },
      'clone3({flags=CLONE_NEWPID}, 16)',
    ],
    [
      { name: 'execve', args: ['/a', pointers(['a', 'b']), pointers([])] },
      'execve("/a", ["a", "b"], [])',
    ],
    [
      { name: 'execve', args: ['/a', pointers(many), null] },
      'execve("/a", ["0", "1", "2", "3", "4", "5", … 3 more], NULL)',
    ],
    [
      { name: 'write', args: [1, text`${result('pid')}\n`, lengthOf(1)] },
      'write(1, "{pid}\\n", length)',
    ],
  ])('%#', (call, line) => {
    expect(formatCall(call)).toBe(line)
  })

  test('a long string is cut', () => {
    const line = formatCall({ name: 'chdir', args: ['a'.repeat(100)] })
    expect(line).toBe(`chdir("${'a'.repeat(60)}…")`)
  })

  test('what is no text is counted', () => {
    const program = Uint8Array.of(0x20, 0, 0, 0, 4, 0, 0, 0)
    const line = formatCall({ name: 'write', args: [1, program, 8] })
    expect(line).toBe('write(1, <8 bytes>, 8)')
  })

  test.each([
    ['an escape sequence', '\u001b[2J', '\\u001b[2J'],
    ['a new line', 'a\nb', 'a\\nb'],
    ['a control character of eight bits', '\u009b2J', '\\u009b2J'],
    ['a NUL', 'attach\0', 'attach\\0'],
    ['many of them', 'lo\0\0\0', 'lo\\0…'],
    ['what only looks like one', '\\u0000', '\\\\u0000'],
    ['a quote', '"); kill("', '\\"); kill(\\"'],
  ])('a terminal does not obey %s', (_, value, shown) => {
    const line = formatCall({ name: 'chdir', args: [value] })
    expect(line).toBe(`chdir("${shown}")`)
  })
})
