// A container with files of its own: what it sees, what it cannot reach, and a
// host that keeps its mounts.

import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import { ended, startBare } from '../../test/support/bare-shim.ts'
import { played } from '../../test/support/played.ts'
import { program } from '../../test/support/programs.ts'
import { busyboxRoot, makeBusyboxRoot } from '../../test/support/rootfs.ts'
import { settled, snapshot } from '../../test/support/snapshot.ts'
import type { Syscall } from '../01-syscalls/syscall.ts'
import { execute } from '../02-process/execute.ts'
import type { Plan } from '../02-process/plan.ts'
import { clone, waitFor } from '../02-process/run-process.ts'
import { newNamespaces } from '../03-namespaces/namespaces.ts'

import { launchPlan } from './launch.ts'
import { chdir } from './mount.ts'
import { mountTable } from './mount-table.ts'
import {
  bindRoot,
  enterFolder,
  enterRoot,
  isolateMounts,
} from './root-folder.ts'

const base = mkdtempSync(join(tmpdir(), 'rootfs-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

let root = '' // a root that the test may write to
let victim = '' // a folder outside, that must stay empty
beforeEach(() => {
  root = mkdtempSync(join(base, 'root-'))
  victim = mkdtempSync(join(base, 'victim-'))
})

const sh = (script: string, rootfs = busyboxRoot()) =>
  played(launchPlan(['sh', '-c', script], rootfs))
/** Fills the folder that the test has got. */
function makeRoot(): void {
  rmdirSync(root)
  makeBusyboxRoot(root)
}

const lines = (text: string) => text.trimEnd().split('\n')

describe('inside', () => {
  test('the folder is the root, and nothing of the host is there', async () => {
    const { stdout, status } = await sh(
      'cat /etc/os-release; ls /boot /srv',
    )
    expect(stdout).toBe('ID=busybox\nNAME=BusyBox\n')
    expect(status).toBe(1)
  })

  test('there are these mounts, all of them private', async () => {
    const { stdout } = await sh('cat /proc/self/mountinfo')
    const seen = lines(stdout).map((line) => line.split(' '))
    expect(
      seen.map((words) => [
        words[4],
        words[words.indexOf('-') + 1],
        words[5]?.replace(',relatime', ''),
      ]),
    ).toEqual([
      ['/', expect.any(String), expect.stringMatching(/^rw/)],
      ['/proc', 'proc', 'rw,nosuid,nodev,noexec'],
      ['/sys', 'sysfs', 'ro,nosuid,nodev,noexec'],
      ['/dev', 'tmpfs', 'rw,nosuid,noexec'],
      ['/dev/pts', 'devpts', 'rw,nosuid,noexec'],
      ['/dev/shm', 'tmpfs', 'rw,nosuid,nodev,noexec'],
      ['/dev/mqueue', 'mqueue', 'rw,nosuid,nodev,noexec'],
    ])
    expect(stdout).not.toMatch(/shared:|master:/)
  })

  test('/dev has six devices, four folders, five links, and no more', async () => {
    const script = `cd /dev; for f in *; do
      if [ -L $f ]; then echo $f $(readlink $f)
      elif [ -c $f ]; then echo $f $(stat -c '%t:%T %a' $f)
      else echo $f $(stat -c '%F %a' $f); fi; done`
    expect(lines((await sh(script)).stdout)).toEqual([
      'fd /proc/self/fd',
      'full 1:7 666',
      'mqueue directory 1777',
      'null 1:3 666',
      'ptmx pts/ptmx',
      'pts directory 755',
      'random 1:8 666',
      'shm directory 1777',
      'stderr /proc/self/fd/2',
      'stdin /proc/self/fd/0',
      'stdout /proc/self/fd/1',
      'tty 5:0 666',
      'urandom 1:9 666',
      'zero 1:5 666',
    ])
  })

  test('the devices work, and terminals are its own', async () => {
    const script = `head -c 3 /dev/zero | od -An -tx1; echo x > /dev/null
      echo x > /dev/full || echo full; ls /dev/pts`
    const { stdout } = await sh(script)
    expect(lines(stdout)).toEqual([' 00 00 00', 'full', 'ptmx'])
  })

  test('only its own processes are in /proc', async () => {
    const { stdout } = await sh('echo $$; ls /proc | grep -c "^[0-9]"')
    const [pid, count] = lines(stdout)
    expect(pid).toBe('1')
    expect(Number(count)).toBeLessThan(5)
  })

  test('/sys cannot be written to', async () => {
    const { stderr, status } = await sh('touch /sys/x')
    expect(stderr).toContain('Read-only file system')
    expect(status).toBe(1)
  })

  test('a program has nothing but what it was given', async () => {
    makeRoot()
    execFileSync('cp', [program('probe'), join(root, 'bin/probe')])
    const { stdout } = await played(launchPlan(['probe'], root))
    expect(lines(stdout)).toEqual([
      'ignored:',
      'handled:',
      'blocked:',
      'descriptors: 0 1 2',
      expect.stringMatching(/^ids: pid=1 ppid=0 .* uid=0 gid=0$/),
      expect.stringMatching(/^groups:/),
      'hostname: rocker',
      'folder: /',
      'umask: 0022',
      'argument: probe',
      'variable: PATH=/usr/bin:/bin:/usr/sbin:/sbin',
      'variable: HOME=/root',
    ])
  })

  test('descriptors of the caller are not there', async () => {
    const plan = launchPlan(['ls', '/proc/self/fd'], busyboxRoot())
    const shim = startBare(plan, 'exec 9</etc 251</etc/passwd')
    // 3 is the folder that ls reads
    expect(lines((await ended(shim)).stdout)).toEqual(['0', '1', '2', '3'])
  })
})

describe('the host', () => {
  test('keeps its mounts, whatever is mounted inside', async () => {
    const before = await snapshot()
    const script = `mount -t tmpfs x /tmp; mount --bind /tmp /home
      mount --make-rshared /; mount -t tmpfs y /var; umount /proc; exit 5`
    expect((await sh(script)).status).toBe(5)
    expect(await settled(before)).toEqual(before)
  })

  test('would see a mount without private propagation: its root is shared', async () => {
    const target = join(base, 'leak')
    mkdirSync(target)
    const child = execute({
      argv: ['mount', '-t', 'tmpfs', 'leak', target],
      env: ['PATH=/bin:/usr/bin'],
    })
    const flags = newNamespaces(['mount'])
    await played({
      main: [...clone({ flags, child }), ...waitFor()],
      after: [],
    })
    const leaked = mountTable().some((mount) => mount.target === target)
    spawnSync('umount', [target])
    expect(leaked).toBe(true)
  })
})

test('in a plain chroot it fails with a hint: that root is no mount', async () => {
  const child: Syscall[] = [
    { name: 'chroot', args: [base] },
    chdir('/'),
    ...isolateMounts(),
  ]
  const flags = newNamespaces(['mount'])
  const { failure } = await played({
    main: [...clone({ flags, child }), ...waitFor()],
    after: [],
  })
  expect(failure?.errnoName).toBe('EINVAL')
  expect(failure?.hint).toMatch(/this root is no mount point/)
})

describe('a root folder', () => {
  test('may be named relative to here', () => {
    const path = join(import.meta.dirname, 'rocker.ts')
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [path, 'run', relative(base, busyboxRoot()), '--', 'hostname'],
      { cwd: base, encoding: 'utf8' },
    )
    expect({ stdout, stderr, status }).toEqual({
      stdout: 'rocker\n',
      stderr: '',
      status: 0,
    })
  })

  test('may be a link to one', async () => {
    symlinkSync(busyboxRoot(), join(base, 'link'))
    expect((await sh('hostname', join(base, 'link'))).stdout).toBe(
      'rocker\n',
    )
  })

  test.each([
    ['a name with a blank', 'a b'],
    ['a name with a new line', 'a\nb'],
    ['a name with a comma, a colon and a backslash', 'a,b:c\\d'],
  ])('may have %s', async (_, name) => {
    mkdirSync(join(base, name))
    const path = join(base, name, 'root')
    makeBusyboxRoot(path)
    expect((await sh('hostname', path)).stdout).toBe('rocker\n')
  })

  test('may be on another filesystem', async () => {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', root])
    try {
      makeBusyboxRoot(join(root, 'here'))
      expect((await sh('hostname', join(root, 'here'))).stdout).toBe(
        'rocker\n',
      )
      expect(
        (await sh('echo x > /y; cat /y', join(root, 'here'))).stdout,
      ).toBe('x\n')
    } finally {
      execFileSync('umount', [root])
    }
  })

  test('may be a mount point itself, with another one in it', async () => {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', root])
    try {
      makeBusyboxRoot(join(root, 'here'))
      execFileSync('mount', ['--bind', join(root, 'here'), root])
      execFileSync('mount', ['-t', 'tmpfs', 'data', join(root, 'home')])
      writeFileSync(join(root, 'home/file'), 'data')
      expect((await sh('cat /home/file', root)).stdout).toBe('data')
    } finally {
      for (const path of [join(root, 'home'), root, root])
        execFileSync('umount', [path])
    }
  })

  test('may be read-only, where it has /proc, /sys and /dev', async () => {
    makeRoot()
    execFileSync('mount', ['--bind', root, root])
    execFileSync('mount', ['-o', 'remount,bind,ro', root])
    try {
      const { stdout, failure } = await sh(
        'echo ok > /dev/null && hostname; touch /x || echo no',
        root,
      )
      expect(failure).toBeUndefined()
      expect(stdout).toBe('rocker\nno\n')
    } finally {
      execFileSync('umount', [root])
    }
  })

  test('gets /proc, /sys and /dev where they are missing', async () => {
    mkdirSync(join(root, 'bin'))
    execFileSync('cp', ['/bin/busybox', join(root, 'bin/sh')])
    expect((await sh('echo $$', root)).stdout).toBe('1\n')
    expect(readdirSync(root).sort()).toEqual(['bin', 'dev', 'proc', 'sys'])
  })

  test.each([
    ['is not there', () => rmSync(root, { recursive: true }), 'ENOENT'],
    [
      'is a file',
      () => {
        rmSync(root, { recursive: true })
        writeFileSync(root, '')
      },
      'ENOTDIR',
    ],
  ])('that %s is refused in its own words', async (_, make, errno) => {
    make()
    const { failure, status } = await sh('true', root)
    expect(failure?.message).toMatch(
      new RegExp(`(make ${root} a mount point|go to ${root}): ${errno}`),
    )
    expect(status).toBe(125)
  })

  test.each([
    ['an empty one', () => {}],
    ['one without the program', () => mkdirSync(join(root, 'bin'))],
  ])('that is %s has no program: 127', async (_, make) => {
    make()
    const { status, failure } = await sh('true', root)
    expect(status).toBe(127)
    expect(failure?.hint).toMatch(/is the program there/)
  })
})

describe('an image that wants to get out', () => {
  const refused: [string, () => void][] = ['proc', 'sys', 'dev'].flatMap(
    (name): [string, () => void][] => [
      [
        `/${name} as a link to a folder outside`,
        () => symlinkSync(victim, join(root, name)),
      ],
      [
        `/${name} as a way up`,
        () =>
          symlinkSync(`../${victim.split('/').at(-1)}`, join(root, name)),
      ],
      [
        `/${name} as a descriptor of rocker's`,
        () => symlinkSync('/proc/self/fd/3', join(root, name)),
      ],
      [
        `/${name} as a link to a folder inside`,
        () => {
          mkdirSync(join(root, 'evil'))
          symlinkSync('evil', join(root, name))
        },
      ],
      [
        `/${name} as a file`,
        () => writeFileSync(join(root, name), 'a file'),
      ],
    ],
  )

  test.each(refused)('is refused: %s', async (_, make) => {
    makeRoot()
    for (const name of ['proc', 'sys', 'dev'])
      rmSync(join(root, name), { recursive: true })
    make()
    const before = await snapshot()
    const { status, stdout, failure } = await sh('echo ran', root)
    expect({ status, stdout }).toEqual({ status: 125, stdout: '' })
    expect(failure?.message).toMatch(/^mount \/(proc|sys|dev)/)
    expect(failure?.errnoName).toMatch(/ELOOP|ENOTDIR/)
    expect(readdirSync(victim)).toEqual([])
    expect(await settled(before)).toEqual(before)
  })

  test.each(['pts', 'shm', 'mqueue', 'null', 'ptmx', 'tty'])(
    'gains nothing by its /dev/%s: /dev is new',
    async (name) => {
      makeRoot()
      symlinkSync(victim, join(root, 'dev', name))
      const { stdout } = await sh(
        'ls /dev | wc -l; echo x > /dev/null',
        root,
      )
      expect(stdout.trim()).toBe('14')
      expect(readdirSync(victim)).toEqual([])
    },
  )
})

describe('the working directory', () => {
  const start = (folder: string, before: Syscall[] = []): Plan => ({
    main: [
      ...clone({
        flags: newNamespaces(['pid', 'mount', 'uts', 'ipc', 'network']),
        child: [
          ...before,
          ...isolateMounts(),
          ...bindRoot(root),
          ...enterRoot(root),
          ...enterFolder(folder),
          ...execute({ argv: ['/bin/pwd'], env: [] }),
        ],
      }),
      ...waitFor(),
    ],
    after: [],
  })
  beforeEach(() => makeRoot())

  test.each([
    ['/', '/'],
    ['/tmp', '/tmp'],
    ['/made/here', '/made/here'],
    ['/var/../etc', '/etc'],
    ['/../../..', '/'],
    ['/absolute/x', '/tmp/x'],
    ['/relative/x', '/tmp/x'],
    ['/proc/self', expect.stringMatching(/^\/proc\/\d+$/)],
    ['/dev/shm/new', '/dev/shm/new'],
  ])(
    '%s is entered, and made where it is missing',
    async (folder, seen) => {
      symlinkSync('/tmp', join(root, 'absolute'))
      symlinkSync('tmp', join(root, 'relative'))
      const { stdout, failure } = await played(start(folder))
      expect(failure).toBeUndefined()
      expect(stdout.trim()).toEqual(seen)
    },
  )

  test.each([
    ['/etc/passwd', 'ENOTDIR'],
    ['/etc/passwd/x', 'ENOTDIR'],
    ['/loop', 'ELOOP'],
    ['/proc/none', 'ENOENT'],
  ])('%s is refused', async (folder, errno) => {
    symlinkSync('loop', join(root, 'loop'))
    const { failure, status } = await played(start(folder))
    expect(failure?.message).toMatch(`go to ${folder}: ${errno}`)
    expect(status).toBe(125)
  })

  // CVE-2024-21626: a descriptor of a folder outside is open at that moment
  test.each([
    ...[0, 3, 4, 5, 6, 7, 8, 9, 10].map((fd) => `/proc/self/fd/${fd}`),
    ...[0, 7, 8].map((fd) => `/proc/self/fd/${fd}/made`),
    '/proc/1/cwd/../made',
    '/link',
    '/proc/self/root/../../made',
  ])('%s does not lead out', async (folder) => {
    symlinkSync('/proc/self/fd/7/made', join(root, 'link'))
    const outside = (name: string): Syscall => ({
      name: 'openat',
      args: [-100, victim, 0o200000],
      result: name,
    })
    const before = Array.from({ length: 9 }, (_, i) => outside(`${i}`))
    const plan = start(folder, before)
    const { stdout } = await played(plan, {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    expect(stdout).not.toContain(victim)
    expect(stdout).not.toContain('unreachable')
    expect(readdirSync(victim)).toEqual([])
    expect(existsSync(join(base, 'made'))).toBe(false)
  })
})

test('the detour gets out of a chroot, and not out of a root of its own', () => {
  makeRoot()
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'detours/escape-chroot.ts'), root],
    { encoding: 'utf8' },
  )
  const [, chroot = '', , pivot = ''] = lines(stdout)
  const own = readdirSync('/').map((name) => `/${name}`)
  expect(own).toEqual(expect.arrayContaining(chroot.split(' ').slice(0, 3)))
  expect(chroot).toContain('/proc')
  expect(chroot).not.toContain('/inner')
  expect(pivot).toContain('/inner')
  expect(pivot).not.toContain('/boot')
  expect(status).toBe(0)
  expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(root)
})
