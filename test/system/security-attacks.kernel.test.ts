// Attacks that have worked on other runtimes, by the number that each has. What
// an earlier chapter keeps is tried here once more, from the attacker's side.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Syscall } from '../../chapters/01-syscalls/syscall.ts'
import { execute } from '../../chapters/02-process/execute.ts'
import { clone, waitFor } from '../../chapters/02-process/run-process.ts'
import { bind, makePrivate } from '../../chapters/04-rootfs/mount.ts'
import { sysctlPart } from '../../chapters/09-containers/sysctl-part.ts'
import { rockerCommand, typed } from '../support/cli.ts'
import { LiveContainers } from '../support/live-containers.ts'
import { patience } from '../support/patience.ts'
import { Person } from '../support/person.ts'
import { played } from '../support/played.ts'
import { program } from '../support/programs.ts'
import { makeBusyboxRoot } from '../support/rootfs.ts'
import { type Snapshot, settled, snapshot } from '../support/snapshot.ts'

const corePattern = '/proc/sys/kernel/core_pattern'
const ttl = '/proc/sys/net/ipv4/ip_default_ttl'

let before: Snapshot
let live: LiveContainers
let base: string
let victim: string // a folder of the host
let plain: string // an image as images are

beforeAll(async () => {
  before = await snapshot()
  live = new LiveContainers()
  base = mkdtempSync(join(tmpdir(), 'rocker-attack-'))
  victim = join(base, 'victim')
  mkdirSync(victim)
  writeFileSync(join(victim, 'file'), 'of the host')
  plain = imageWith('tmp', mkdirSync)
  copyFileSync(program('confined'), join(plain, 'confined'))
})
afterAll(async () => {
  await live[Symbol.asyncDispose]()
  rmSync(base, { recursive: true })
  expect(await settled(before)).toEqual(before)
})

let count = 0

/** The files of an attacker's image; one of its folders is something else. */
function imageWith(folder: string, make: (path: string) => void): string {
  count += 1
  const root = join(base, `${count}`)
  makeBusyboxRoot(root)
  mkdirSync(join(root, 'evil'))
  rmSync(join(root, folder), { recursive: true })
  make(join(root, folder))
  return root
}

function run(root: string, script: string, ...flags: string[]) {
  const words = [...flags, '--rootfs', root, 'sh', '-c', script]
  return live.rocker('run', '--rm', '--network', 'none', ...words)
}

/** What stands on the host is as it was. */
function unharmed(root: string): void {
  expect(readdirSync(victim)).toEqual(['file'])
  expect(readdirSync(join(root, 'evil'))).toEqual([])
  const table = readFileSync('/proc/self/mounts', 'utf8')
  expect(table).not.toContain(base)
}

const links: readonly (readonly [string, string])[] = [
  ['a folder of the image', '/evil'],
  ['a folder of the host', '../victim'],
  ['a folder of the host, from the top', '../../../../../../../victim'],
  ['what is open', '/proc/self/fd'],
  ['itself', 'proc'],
]

describe('ISO-44 CVE-2019-16884 CVE-2019-19921 CVE-2023-27561 CVE-2023-28642', () => {
  test.each(
    ['proc', 'sys'].flatMap((folder) =>
      links.map(([what, to]) => [folder, what, to] as const),
    ),
  )('/%s that is a link to %s runs nothing', async (folder, _, to) => {
    const root = imageWith(folder, (path) => symlinkSync(to, path))
    const { status, out, err } = await run(root, 'echo ran')
    expect({ status, out }).toEqual({ status: 125, out: '' })
    expect(err).toMatch(/^rocker: mount \/(proc|sys): E\w+ .*\n {2}hint: /)
    unharmed(root)
  })

  test.each(['proc', 'sys'])(
    '/%s that is a file runs nothing',
    async (folder) => {
      const root = imageWith(folder, (path) => writeFileSync(path, ''))
      const { status, out } = await run(root, 'echo ran')
      expect({ status, out }).toEqual({ status: 125, out: '' })
      unharmed(root)
    },
  )

  test.each([
    ...['/proc', '/proc/', '/proc/self', '/proc/sys', '/proc/1/root'],
    ...['//proc', '/tmp/../proc', '/proc/self/attr', '/proc/cpuinfo/x'],
  ])('nothing is mounted on %s', async (target) => {
    const words = ['-v', `${victim}:${target}`, '--rootfs', base, 'true']
    const { status, err } = await typed(live.root, 'run', '--rm', ...words)
    expect(status).toBe(125)
    expect(err).toContain('nothing is mounted in /proc')
  })

  test('a link of the image to /proc is no way for a mount', async () => {
    const root = imageWith('tmp', (path) => symlinkSync('/proc/self', path))
    const mount = ['-v', `${victim}:/tmp/attr`]
    const { status, out } = await run(root, 'echo ran', ...mount)
    expect({ status, out }).toEqual({ status: 125, out: '' })
    unharmed(root)
  })
})

describe('ISO-45 CVE-2026-41579 CVE-2026-47766', () => {
  test.each(links)(
    '/dev that is a link to %s runs nothing',
    async (_, to) => {
      const root = imageWith('dev', (path) => symlinkSync(to, path))
      const { status, out, err } = await run(root, 'echo ran')
      expect({ status, out }).toEqual({ status: 125, out: '' })
      expect(err).toMatch(
        /^rocker: mount \/dev, in memory: E\w+ .*\n {2}hint: /,
      )
      unharmed(root)
    },
  )
})

describe('ISO-46 CVE-2025-31133: which /dev/null is it that masks', () => {
  const look = `for p in interrupts keys timer_list kcore; do p=/proc/$p
      [ ! -e $p ] || [ $(stat -c %t:%T $p) = 1:3 ] || echo $p is open; done
    (echo evil > /proc/interrupts) 2> /dev/null; cat ${corePattern}`

  test('none of the image’s', async () => {
    const pattern = readFileSync(corePattern, 'utf8')
    const root = imageWith('dev', (path) => {
      mkdirSync(path)
      symlinkSync(corePattern, join(path, 'null'))
    })
    const { out } = await run(root, look)
    expect(out).toBe(pattern)
    expect(readFileSync(corePattern, 'utf8')).toBe(pattern)
  })

  test('none of a volume that lies on /dev', async () => {
    const pattern = readFileSync(corePattern, 'utf8')
    const volume = join(base, 'dev')
    mkdirSync(volume)
    symlinkSync(corePattern, join(volume, 'null'))
    const flags = ['-v', `${volume}:/dev`]
    const { out } = await run(plain, look, ...flags, '-i') // reads no null
    expect(out).toBe(pattern)
    expect(readFileSync(corePattern, 'utf8')).toBe(pattern)
    rmSync(volume, { recursive: true })
  })

  test('none that changes all the time', async () => {
    const pattern = readFileSync(corePattern, 'utf8')
    const volume = join(base, 'flipping')
    mkdirSync(volume)
    const names = ['null', 'other'].map((name) => join(volume, name))
    symlinkSync(corePattern, names[0] ?? '')
    execFileSync('mknod', ['-m', '666', names[1] ?? '', 'c', '1', '3'])
    const racer = spawn(program('flip'), names, { stdio: 'ignore' })
    try {
      for (let i = 0; i < Math.ceil(8 / patience); i++) {
        const { status, out } = await run(
          plain,
          look,
          '-v',
          `${volume}:/dev`,
        )
        if (status === 0) expect(out).toBe(pattern) // else it got the link
        expect(readFileSync(corePattern, 'utf8')).toBe(pattern)
      }
    } finally {
      racer.kill('SIGKILL')
      await once(racer, 'close')
    }
    rmSync(volume, { recursive: true })
  })
})

describe('ISO-48 CVE-2025-52881: where the value of a sysctl goes', () => {
  const key = 'net.ipv4.ip_default_ttl'

  test('into the network of the container, and nowhere else', async () => {
    const host = readFileSync(ttl, 'utf8')
    const { out } = await run(plain, `cat ${ttl}`, '--sysctl', `${key}=77`)
    expect(out).toBe('77\n')
    expect(readFileSync(ttl, 'utf8')).toBe(host)
  })

  test('into no /proc that is not the kernel’s', async () => {
    const file = join(base, 'proc/sys/net/ipv4/ip_default_ttl')
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, 'as it was')
    const { failure } = await inOwnMounts([
      bind(join(base, 'proc'), '/proc'),
      ...writes(key),
    ])
    expect(failure?.message).toBe('open /proc: EINVAL (invalid argument)')
    expect(readFileSync(file, 'utf8')).toBe('as it was')
  })

  test('and not past a mount that stands in its place', async () => {
    const file = join(base, 'ttl')
    writeFileSync(file, 'as it was')
    const { failure } = await inOwnMounts([bind(file, ttl), ...writes(key)])
    expect(failure?.message).toMatch(
      /^set net.ipv4.ip_default_ttl to 66: EXDEV/,
    )
    expect(readFileSync(file, 'utf8')).toBe('as it was')
  })

  function writes(name: string): readonly Syscall[] {
    const spec = { linux: { sysctl: { [name]: '66' } } }
    return sysctlPart.inside({ spec } as never).child ?? []
  }

  function inOwnMounts(calls: readonly Syscall[]) {
    const child = [
      makePrivate(),
      ...calls,
      ...execute({ argv: ['/bin/true'], env: [] }),
    ]
    const flags = ['CLONE_NEWNS', 'CLONE_NEWNET'] as const
    return played({
      main: [...clone({ flags, child }), ...waitFor()],
      after: [],
    })
  }
})

describe('ISO-50 CVE-2022-0492: what a cgroup executes when it is empty', () => {
  const mountAll = `mkdir -p /tmp/c; for o in memory pids cpu; do
      mount -t cgroup -o $o x /tmp/c && mounted=1; done 2> /dev/null
    [ "$mounted" ] || mount -t cgroup2 x /tmp/c || echo cannot
    find /tmp/c /sys/fs/cgroup -name release_agent -o -name rocker`

  test('nobody gets at it who makes a namespace of users', async () => {
    const { err } = await run(plain, 'unshare -Urm mount -t cgroup x /tmp')
    expect(err).toMatch(/unshare.*Operation not permitted/)
  })

  test('nor who is given the host’s /sys', async () => {
    const look = `find /sys/fs/cgroup -name release_agent -o -name rocker
      mkdir /sys/fs/cgroup/x /sys/fs/cgroup/memory/x 2> /dev/null && echo made
      ls -A /sys/firmware`
    const { out } = await run(plain, look, '-v', '/sys:/sys')
    expect(out).toBe('')
  })

  test('nor who may mount: its own part is all that there is', async () => {
    const may = [
      '--cap-add',
      'SYS_ADMIN',
      '--security-opt',
      'seccomp=unconfined',
    ]
    expect(await run(plain, mountAll, ...may)).toMatchObject({
      out: '',
      err: '',
    })
  })
})

test('ISO-55 CVE-2017-5226 nobody types into the terminal of whoever started it', async () => {
  const command = [...rockerCommand(live.root), 'run', '--rm']
  const words = (...flags: string[]) =>
    [...command, ...flags, '--rootfs', plain, '/confined'].join(' ')
  const person = new Person(base)
  try {
    for (const network of ['none', 'host']) {
      const flags = ['--network', network, '-i']
      const seen = await person.runs(words(...flags))
      expect(seen, flags.join(' ')).toContain('typed: 0')
      expect(seen).not.toContain('INJECTED')
    }
    const careless = await person.runs(program('confined'))
    expect(careless).toMatch(/typed: [1-4]/) // so it can be done here
    await person.sees('INJECTED')
  } finally {
    await person.leaves()
  }
})

test('ISO-54 CVE-2020-15257 there is no abstract socket to come in by', async () => {
  const words = [
    '-d',
    '--name',
    'wide',
    '--network',
    'host',
    '--rootfs',
    plain,
  ]
  await live.out('run', ...words, 'sleep', '1000')
  const inside = ['exec', 'wide', 'cat', '/proc/net/unix']
  expect(await live.out(...inside)).not.toMatch(/@.*rocker/)
  await live.out('rm', '-f', 'wide')
})
