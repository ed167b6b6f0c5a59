// Each hint is provoked: the kernel itself says no, and the words fit.
//
// A call runs in a process that is started for it, as another user or in a
// namespace where the error takes one. What takes more than one call is provoked
// on the page of the errors, as every hint is: test/console/errors.

import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { type ErrnoName, errnoNumber } from './errno.ts'
import { flags, pointers, type Syscall, struct } from './syscall.ts'
import { hints, SyscallError } from './syscall-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'hints-'))
chmodSync(folder, 0o755)
writeFileSync(join(folder, 'not-executable'), '', { mode: 0o644 })
writeFileSync(join(folder, 'nonsense'), 'nonsense', { mode: 0o755 })
afterAll(() => rmSync(folder, { recursive: true }))

const asNobody = 'setpriv --reuid=65534 --regid=65534 --clear-groups'
const newNamespaces = flags('CLONE_NEWUTS')
const cloneArguments = struct({
  flags: [8, newNamespaces],
  pidfd: [8, 0],
  child_tid: [8, 0],
  parent_tid: [8, 0],
  exit_signal: [8, flags('SIGCHLD')],
  stack: [8, 0],
  stack_size: [8, 0],
  tls: [8, 0],
})

interface Provoked {
  readonly errno: ErrnoName
  readonly call: Syscall
  /** What the process is started by. */
  readonly as?: string
}

const table: readonly Provoked[] = [
  { errno: 'EPERM', as: asNobody, call: mount('tmpfs', folder) },
  {
    errno: 'EINVAL',
    as: 'unshare --mount',
    call: {
      ...mount('overlay', folder),
      from: { chapter: 'test', doing: `mount overlay on ${folder}` },
    },
  },
  {
    errno: 'EINVAL', // what is no mount point cannot be made private
    call: {
      name: 'mount',
      args: [null, folder, null, flags('MS_PRIVATE'), null],
      from: { chapter: 'test', doing: 'keep all mounts from the host' },
    },
  },
  { errno: 'ENODEV', call: mount('nothing-has-this-name', folder) },
  {
    errno: 'EINVAL',
    as: 'unshare --mount --propagation shared',
    call: { name: 'pivot_root', args: ['/proc', '/proc'] },
  },
  {
    errno: 'EPERM',
    as: asNobody,
    call: { name: 'clone3', args: [cloneArguments, 64] },
  },
  {
    errno: 'EPERM',
    as: asNobody,
    call: { name: 'unshare', args: [newNamespaces] },
  },
  {
    errno: 'EINVAL',
    call: { name: 'unshare', args: [flags('CLONE_NEWUSER')] },
  },
  {
    errno: 'EPERM',
    as: asNobody,
    call: { name: 'sethostname', args: ['box', 3] },
  },
  { errno: 'ENOENT', call: execve('/no/such/program') },
  { errno: 'EACCES', call: execve(join(folder, 'not-executable')) },
  { errno: 'ENOEXEC', call: execve(join(folder, 'nonsense')) },
  {
    errno: 'E2BIG',
    call: execve('/bin/true', 'a'.repeat(200_000)),
  },
]

describe('a hint comes with what the kernel really says', () => {
  test.each(table)('$call.name: $errno', ({ call, errno, as = '' }) => {
    const said = errnoOf(call, as)
    expect(said).toBe(errnoNumber(errno))
    const error = new SyscallError(call, said)
    const row = hints.find(
      ({ name, errno: number, doing }) =>
        name === call.name &&
        number === errno &&
        (doing?.test(call.from?.doing ?? '') ?? true),
    )
    expect(error.hint).toBe(row?.hint)
    expect(error.hint).toBeTruthy()
    expect(error.errnoName).toBe(errno)
  })
})

describe('an error', () => {
  const call: Syscall = {
    name: 'chdir',
    args: ['/nowhere'],
    from: { chapter: '04-rootfs', doing: 'go to /nowhere' },
  }

  test('says what was being done', () => {
    expect(new SyscallError(call, 2).message).toBe(
      'go to /nowhere: ENOENT (no such file or directory)',
    )
  })

  test('shows the call where nothing says what it is for', () => {
    const { from: _, ...alone } = call
    expect(new SyscallError(alone, 2).message).toBe(
      'chdir("/nowhere"): ENOENT (no such file or directory)',
    )
  })

  test.each<[ErrnoName, number]>([
    ['ENOENT', 127],
    ['EACCES', 126],
    ['ENOEXEC', 126],
    ['ENOTDIR', 126],
  ])('of execve with %s ends rocker with %i', (errno, status) => {
    const error = new SyscallError(execve('/x'), errnoNumber(errno))
    expect(error.exitCode).toBe(status)
  })

  test('of any other call ends it with 125', () => {
    expect(new SyscallError(call, 2).exitCode).toBe(125)
  })
})

/** The errno that a call gets in a Node of its own. */
function errnoOf(call: Syscall, as: string): number {
  const module = JSON.stringify(join(import.meta.dirname, 'perform.ts'))
  const script = `
    const { perform } = await import(${module})
    try {
      perform(${JSON.stringify(call)})
      console.log(0)
    } catch (error) {
      console.log(error.errno ?? error.stack)
    }`
  const command = [
    ...as.split(' ').filter((word) => word !== ''),
    process.execPath,
    ...['--input-type=module', '-'],
  ]
  const { stdout } = spawnSync(command[0] ?? '', command.slice(1), {
    encoding: 'utf8',
    input: script,
  })
  return Number(stdout)
}

function mount(type: string, target: string): Syscall {
  return { name: 'mount', args: ['none', target, type, flags(), null] }
}

function execve(path: string, argument = 'x'): Syscall {
  return {
    name: 'execve',
    args: [path, pointers([path, argument]), pointers([])],
  }
}
