// A process with its own view of the machine, and a host that notices nothing.

import { spawnSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { played } from '../../test/support/played.ts'
import { settled, snapshot } from '../../test/support/snapshot.ts'
import { execute } from '../02-process/execute.ts'
import { clone, waitFor } from '../02-process/run-process.ts'

import { launchPlan } from './launch.ts'
import { type Namespace, newNamespaces } from './namespaces.ts'
import { mapOwner, openGate, waitAtGate } from './user-namespace.ts'

const usual: Namespace[] = [
  ...(['pid', 'mount', 'uts', 'ipc', 'network', 'cgroup'] as const),
]
const links: Readonly<Record<Namespace, string>> = {
  pid: 'pid',
  mount: 'mnt',
  uts: 'uts',
  ipc: 'ipc',
  network: 'net',
  cgroup: 'cgroup',
  user: 'user',
  time: 'time',
}
const kinds = Object.keys(links) as Namespace[]
const root = { uid: 0, gid: 0 }
const own = (kind: Namespace) =>
  readlinkSync(`/proc/self/ns/${links[kind]}`)

/** Runs a shell's script in new namespaces. */
function inside(
  script: string,
  namespaces: readonly Namespace[] = usual,
  owner = root,
) {
  const argv = ['sh', '-c', script]
  return played(launchPlan({ argv, namespaces, hostname: 'box', owner }))
}

/** The kinds in which it is not where we are. */
async function differing(
  namespaces: readonly Namespace[],
): Promise<Namespace[]> {
  const { stdout, failure } = await inside(
    'readlink /proc/self/ns/*',
    namespaces,
  )
  expect(failure).toBeUndefined()
  const seen = stdout.split('\n')
  return kinds.filter((kind) => !seen.includes(own(kind)))
}

describe('the new process', () => {
  test('has the usual namespaces of its own, and shares the others', async () => {
    expect(await differing(usual)).toEqual(usual)
  })

  test('shares all of them where none is asked for', async () => {
    expect(await differing([])).toEqual([])
  })

  test.each(kinds)('has a namespace of the kind %s alone', async (kind) => {
    expect(await differing([kind])).toEqual([kind])
  })

  test.each(usual)('shares %s where that is left out', async (kind) => {
    const others = usual.filter((one) => one !== kind)
    expect(await differing(others)).toEqual(others)
  })

  test('has its own hostname, and the host keeps its own', async () => {
    const before = hostname()
    expect((await inside('hostname')).stdout).toBe('box\n')
    expect(hostname()).toBe(before)
    const shared = usual.filter((kind) => kind !== 'uts')
    expect((await inside('hostname', shared)).stdout).toBe(`${before}\n`)
  })

  test('is pid 1, and sees no process of the host', async () => {
    const script = `echo $$; mount -t proc proc /proc; ls /proc | grep '^[0-9]'`
    const { stdout } = await inside(script)
    const [pid, ...others] = stdout.trim().split('\n')
    expect(pid).toBe('1')
    expect(others.map(Number).every((number) => number < 10)).toBe(true)
  })

  test('has one interface, lo, and it is up', async () => {
    const script = `cut -d: -f1 /proc/net/dev | tail -n +3
      busybox ping -c 1 -W 1 127.0.0.1 | grep -c 'bytes from'`
    const { stdout } = await inside(script)
    expect(stdout.split('\n').map((word) => word.trim())).toEqual([
      'lo',
      '1',
      '',
    ])
  })

  test('has message queues and shared memory of its own', async () => {
    spawnSync('ipcmk', ['-Q'])
    const rows = 'tail -n +2 /proc/sysvipc/msg | wc -l'
    try {
      expect((await inside(rows)).stdout.trim()).toBe('0')
      const shared = usual.filter((kind) => kind !== 'ipc')
      expect((await inside(rows, shared)).stdout.trim()).toBe('1')
    } finally {
      spawnSync('ipcrm', ['--all=msg'])
    }
  })

  test('is at the root of what it sees of the cgroups', async () => {
    const { stdout } = await inside(
      'cut -d: -f3 /proc/self/cgroup | sort -u',
    )
    expect(stdout).toBe('/\n')
  })
})

describe('the host', () => {
  test('has the mounts, links, processes and names that it had', async () => {
    const before = await snapshot()
    const name = hostname()
    const script = `mount -t tmpfs x /mnt; hostname other; sleep 100 &
      mkdir /dev/shm/left 2>/dev/null; rmdir /dev/shm/left
      busybox ip link add left type dummy; exit 3`
    expect((await inside(script)).status).toBe(3)
    expect(await settled(before)).toEqual(before)
    expect(hostname()).toBe(name)
  })
})

describe('a user namespace', () => {
  test('makes somebody root, over what is its own', async () => {
    const kinds = [...usual, 'user'] as const
    const { stdout } = await inside('id -u; hostname', kinds)
    expect(stdout).toBe('0\nbox\n')
  })

  test('maps exactly one user and one group, and lets no group go', async () => {
    const { stdout } = await inside(
      'cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups',
      ['user'],
      { uid: 1000, gid: 1001 },
    )
    expect(stdout.split('\n').map((line) => line.trim())).toEqual([
      expect.stringMatching(/^0 +1000 +1$/),
      expect.stringMatching(/^0 +1001 +1$/),
      'deny',
      '',
    ])
  })

  test('is made by who is not root', () => {
    const { stdout, stderr, status } = spawnSync(
      'setpriv',
      [
        ...['--reuid=65534', '--regid=65534', '--clear-groups'],
        process.execPath,
        join(import.meta.dirname, 'rocker.ts'),
        ...['run', '--new', 'user', '--', 'sh', '-c'],
        'id -u; hostname; cat /proc/self/uid_map',
      ],
      { encoding: 'utf8' },
    )
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
    expect(stdout).toMatch(/^0\nrocker\n +0 +65534 +1\n$/)
  })

  test('does not open its gate to a process whose parent is gone', async () => {
    // the parent closes its end, and maps nobody
    const child = [
      ...waitAtGate(),
      ...execute({ argv: ['/bin/echo', 'inside'], env: [] }),
    ]
    const gate = openGate()
    const close = mapOwner(root).filter(({ name }) => name === 'close')
    const plan = {
      main: [
        ...gate,
        ...clone({
          flags: newNamespaces(['user']),
          child,
          meanwhile: close.slice(-2),
        }),
        ...waitFor(),
      ],
      after: [],
    }
    const { stdout, failure } = await played(plan)
    expect(stdout).toBe('')
    expect(failure?.message).toMatch(/^wait for the id maps: EPIPE/)
  })
})

describe('without root', () => {
  test('a namespace is refused with a hint', () => {
    const { stderr, status } = spawnSync(
      'setpriv',
      [
        ...['--reuid=65534', '--regid=65534', '--clear-groups'],
        process.execPath,
        join(import.meta.dirname, 'rocker.ts'),
        ...['run', '--', 'true'],
      ],
      { encoding: 'utf8' },
    )
    expect(status).toBe(125)
    expect(stderr).toMatch(/^rocker: make a process: EPERM/)
  })
})

test('the detour works in no way but one', () => {
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'detours/unshare-in-node.ts')],
    { encoding: 'utf8' },
  )
  const [uts, user, pid, thread] = stdout.split('\n')
  expect(uts).toBe('unshare uts: works, for this one thread')
  expect(user).toMatch(/^unshare user: .*EINVAL/)
  expect(pid).toBe('unshare pid: works, for this one thread')
  expect(thread).toMatch(/^a thread: (?!works)/)
  expect(status).toBe(0)
})
