// Files go into containers and come out again, as docker's users know it; and
// what is in a container cannot lead `cp` out of it.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from 'vitest'

import { rockerCommand, typed } from '../../../test/support/cli.ts'
import {
  copyTree,
  intoContainer,
  makeCopyFiles,
  ours,
  outOfContainer,
} from '../../../test/support/copy-cases.ts'
import { LiveContainers } from '../../../test/support/live-containers.ts'
import { program } from '../../../test/support/programs.ts'
import { startRealRegistry } from '../../../test/support/real-registry.ts'
import { makeBusyboxRoot } from '../../../test/support/rootfs.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'
import { pushBusybox } from '../../00-workshop/busybox-image.ts'

const here = process.cwd()
let before: Snapshot
let live: LiveContainers
let rootfs = ''
let work = ''

beforeAll(async () => {
  before = await snapshot()
  live = new LiveContainers()
  rootfs = join(live.root, 'rootfs')
  makeBusyboxRoot(rootfs)
  const registry = await startRealRegistry()
  await pushBusybox(`http://${registry.host}`)
  await live.out('pull', `${registry.host}/busybox`)
  await live.out('tag', `${registry.host}/busybox`, 'busybox')
  await registry.stop()
  work = mkdtempSync(join(tmpdir(), 'rocker-copy-'))
  process.chdir(work)
  await live.out(
    ...['run', '-d', '--name', 'box', '--rootfs', rootfs],
    ...['sleep', '10000'],
  )
})

afterAll(async () => {
  process.chdir(here)
  rmSync(work, { recursive: true })
  await live[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

const cp = (...words: string[]) => typed(live.root, 'cp', ...words)

describe('cp does as docker does', () => {
  const host = () => join(work, 'h')
  const inside = () => join(rootfs, 'c')

  beforeEach(() => {
    makeCopyFiles(host(), 'h')
    makeCopyFiles(inside(), 'c')
    process.chdir(host())
  })
  afterEach(() => process.chdir(work))

  const seen = () => [...copyTree(host(), 'h'), ...copyTree(inside(), 'c')]

  test.each([...intoContainer, ...outOfContainer, ...ours])(
    'cp %s',
    async (words, expected) => {
      const was = seen()
      const { status, err } = await cp(...words.split(' '))
      const changed = seen().filter((line) => !was.includes(line))
      if (expected instanceof RegExp) {
        expect({ status, changed }).toEqual({ status: 1, changed: [] })
        expect(err).toMatch(expected)
        expect(err).toMatch(/^rocker: .*\n {2}hint: .*\n$/)
      } else
        expect({ changed, err }).toEqual({ changed: expected, err: '' })
    },
  )
})

/** Runs it in a shell, where `rocker` is our program. */
function shell(script: string, folder = work) {
  const words = rockerCommand(live.root).map((word) => `'${word}'`)
  const rocker = `rocker() { ${words.join(' ')} "$@"; }`
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', `${rocker}\n${script}`],
    { cwd: folder, encoding: 'latin1' },
  )
  return { status, out: stdout, err: stderr }
}

describe('what a file can be', () => {
  const inside = (path: string) => join(rootfs, 'kinds', path)

  beforeEach(() => {
    rmSync(join(rootfs, 'kinds'), { recursive: true, force: true })
    mkdirSync(join(rootfs, 'kinds'))
    rmSync(join(work, 'kinds'), { recursive: true, force: true })
  })

  test('a name of any bytes', async () => {
    const name = Buffer.from('na\xefve \n "x"', 'latin1')
    writeFileSync(Buffer.concat([Buffer.from(`${inside('')}/`), name]), 'é')
    await cp('box:/kinds', '.')
    expect(readdirSync('kinds', 'buffer')).toEqual([name])
    const { status, out } = shell(
      `printf x > $'w\\xe4re'
       rocker cp $'w\\xe4re' box:/kinds && rocker cp box:/kinds - | tar -t`,
    )
    expect(status).toBe(0)
    expect(out.split('\n')[2]).toBe('kinds/w\\344re')
  })

  test('a sparse file, whose holes stay holes', async () => {
    writeFileSync(inside('disk'), 'begin')
    truncateSync(inside('disk'), 64 << 20)
    await cp('box:/kinds/disk', 'kinds')
    const { size, blocks } = statSync('kinds')
    expect(size).toBe(64 << 20)
    expect(blocks).toBeLessThan(100)
    expect(readFileSync('kinds').subarray(0, 6).toString()).toBe('begin\0')
  })

  test('a program with capabilities, a socket, a device', async () => {
    const { status } = shell(
      `cd ${inside('')} && cp /bin/true ping && setcap cap_net_raw+ep ping &&
       mknod null c 1 3 && chmod 666 null && nc -lU sock & sleep .3; kill $!`,
    )
    expect(status).not.toBe(127)
    expect(await cp('box:/kinds', '.')).toMatchObject({
      status: 0,
      err: '',
    })
    const found = shell('getcap kinds/ping; stat -c %F:%a kinds/null')
    expect(found.out).toMatch(
      /cap_net_raw=ep\ncharacter special file:666\n/,
    )
    expect(existsSync('kinds/sock')).toBe(false)
  })

  test('a file of /proc, which has no size before it is read', async () => {
    await cp('box:/proc/1/comm', 'kinds')
    expect(readFileSync('kinds', 'utf8')).toBe('sleep\n')
  })

  test('a file that is replaced: who has it open reads on', async () => {
    writeFileSync(inside('old'), 'old')
    const { ino } = statSync(inside('old'))
    linkSync(inside('old'), inside('other'))
    writeFileSync('new', 'new')
    await cp('new', 'box:/kinds/old')
    expect(readFileSync(inside('old'), 'utf8')).toBe('new')
    expect(readFileSync(inside('other'), 'utf8')).toBe('old')
    expect(statSync(inside('old')).ino).not.toBe(ino)
  })

  test('a folder that would be copied into itself', async () => {
    const { status, err } = await cp('box:/', inside('copy'))
    expect(status).toBe(1)
    expect(err).toMatch(/copied into itself/)
  })
})

describe('an archive', () => {
  const inside = (path: string) => join(rootfs, 'srv', path)
  beforeEach(() => {
    rmSync(inside(''), { recursive: true, force: true })
    mkdirSync(inside(''))
  })

  test('comes out of a container as tar(1) reads it', () => {
    makeCopyFiles(inside('c'), 'c')
    const { out, err } = shell('rocker cp box:/srv/c/dir - | tar -tv')
    expect(err).toBe('')
    expect(out.split('\n').map((line) => line.split(/ +/))).toMatchObject([
      ['drwxr-s---', '1000/1001', '0', '2001-02-03', '04:05', 'dir/'],
      { 0: '-rw-r--r--', 1: '1000/1001', 5: 'dir/a' },
      { 0: 'prw-r--r--', 5: 'dir/fifo' },
      { 0: 'hrw-r--r--', 5: 'dir/hard', 6: 'link', 7: 'to', 8: 'dir/a' },
      { 0: 'lrwxrwxrwx', 5: 'dir/link', 6: '->', 7: 'a' },
      { 0: 'drwxr-xr-x', 5: 'dir/sub/' },
      { 0: '-rw-r--r--', 5: 'dir/sub/b' },
      [''],
    ])
  })

  test('of a folder’s content begins at "."', () => {
    makeCopyFiles(inside('c'), 'c')
    const { out } = shell('rocker cp box:/srv/c/dir/. - | tar -t')
    expect(out.split('\n').slice(0, 3)).toEqual(['./', './a', './fifo'])
  })

  test.each([
    ['plain', 'cat'],
    ['by gzip', 'gzip'],
    ['by zstd', 'zstd -q'],
  ])('goes into one: %s', (_, through) => {
    makeCopyFiles(join(work, 'h'), 'h')
    const { out, err, status } = shell(
      `tar -c dir out | ${through} | rocker cp - box:/srv &&
       tar -d -C ${inside('')} -f <(tar -c dir out)`,
      join(work, 'h'),
    )
    expect({ out, err, status }).toEqual({ out: '', err: '', status: 0 })
  })

  test('follows the links of the container, and stays in it', () => {
    mkdirSync(join(rootfs, 'lib'))
    symlinkSync('/lib', inside('abs'))
    symlinkSync('../../../../../../lib', inside('up'))
    const { status, err } = shell(
      `mkdir -p abs up && echo a > abs/a && echo b > up/b &&
       tar -c abs/a up/b | rocker cp - box:/srv`,
    )
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(readdirSync(join(rootfs, 'lib'))).toEqual(['a', 'b'])
    rmSync(join(rootfs, 'lib'), { recursive: true })
  })

  test.each([
    ['../../../../escape', 'srv/escape'],
    ['/escape', 'srv/escape'],
    ['x/../../../escape', 'srv/escape'],
  ])('cannot leave the folder by the name %s', (name, place) => {
    const { status } = shell(
      `echo x > x && tar -cP --transform 's,.*,${name},' x |
       rocker cp - box:/srv`,
    )
    expect(status).toBe(0)
    expect(readFileSync(join(rootfs, place), 'utf8')).toBe('x\n')
    expect(existsSync(join(rootfs, 'escape'))).toBe(false)
  })

  test.each([
    [
      'that is cut off',
      'head -c 3000000 /dev/zero > z; tar -c z | head -c 1000000',
      /ends too early/,
    ],
    [
      'that is none',
      'echo hello; head -c 4000 /dev/zero',
      /checksum|too early/,
    ],
    [
      'for a file',
      'tar -c /dev/null',
      /it is no folder/,
      'box:/etc/passwd',
    ],
  ])('is refused: one %s', (_, make, message, to = 'box:/srv') => {
    const { status, err } = shell(
      `(${make}) 2>/dev/null | rocker cp - ${to}`,
    )
    expect(status).toBe(1)
    expect(err).toMatch(message)
    expect(readdirSync(inside(''))).toEqual([])
  })

  test('goes from one container to another', async () => {
    const other = join(live.root, 'other')
    makeBusyboxRoot(other)
    await live.out('create', '--name', 'two', '--rootfs', other, 'true')
    writeFileSync(inside('x'), 'x')
    expect(shell('rocker cp box:/srv - | rocker cp - two:/').status).toBe(0)
    expect(readFileSync(join(other, 'srv/x'), 'utf8')).toBe('x')
    await live.out('rm', 'two')
  })
})

describe('a container that does not run', () => {
  afterEach(async () => {
    await live.rocker('rm', '-f', 'job')
  })

  test('and never has: what is copied is there when it starts', async () => {
    const words = ['cat', '/etc/motd', '/etc/os-release']
    await live.out('create', '--name', 'job', 'busybox', ...words)
    writeFileSync('motd', 'hello\n')
    expect(await cp('motd', 'box:/etc')).toMatchObject({ status: 0 })
    expect(await cp('motd', 'job:/etc')).toEqual({
      status: 0,
      out: '',
      err: '',
    })
    await live.becomes('job', /^Created/)
    expect(await live.out('diff', 'job')).toBe('C /etc\nA /etc/motd\n')
    expect(await live.out('start', '-a', 'job')).toMatch(
      /^hello\nID=busybox/,
    )
  })

  test('shows the image’s files, and its own over them', async () => {
    await live.out(
      'create',
      '--name',
      'job',
      'busybox',
      'sh',
      '-c',
      'echo new > /etc/os-release; rm /etc/group',
    )
    await cp('job:/etc', 'etc1')
    expect(readFileSync('etc1/os-release', 'utf8')).toMatch(/^ID=busybox/)
    await live.out('start', '-a', 'job')
    await cp('job:/etc', 'etc2')
    expect(readFileSync('etc2/os-release', 'utf8')).toBe('new\n')
    expect(existsSync('etc2/group')).toBe(false)
    expect((await cp('job:/etc/group', '.')).err).toMatch(/no such file/)
  })

  test('gets files when it has ended, and starts with them', async () => {
    const words = ['sh', '-c', 'cat /new /etc/os-release; echo > /mine']
    await live.out('create', '--name', 'job', 'busybox', ...words)
    await live.rocker('start', '-a', 'job')
    writeFileSync('new', 'new\n')
    await cp('new', 'job:/')
    expect(await live.out('start', '-a', 'job')).toMatch(/^new\nID=busybox/)
    expect(await live.out('diff', 'job')).toBe('A /mine\nA /new\n')
  })

  test('starts when what is copied has arrived', async () => {
    writeFileSync('late', 'arrived')
    const tar = spawnSync('tar', ['-c', 'late']).stdout
    const words = ['--name', 'job', 'busybox', 'cat', 'late']
    const id = await live.out('create', ...words)
    const [node = '', ...own] = rockerCommand(live.root)
    const copying = spawn(node, [...own, 'cp', '-', 'job:/'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const lock = join(live.root, 'pending', `running-${id.trim()}`)
    while (!existsSync(join(lock, 'copying'))) await sleep(10)
    expect(
      await live.out('ps', '-a', '--format', '{{.Names}} {{.State}}'),
    ).toContain('job created')
    const starting = live.rocker('start', '-a', 'job')
    copying.stdin.end(tar)
    expect((await starting).out).toBe('arrived')
  })

  test('gives and takes what is in its volumes', async () => {
    mkdirSync('bound')
    writeFileSync('bound/there', 'there')
    mkdirSync('kept')
    const mounts = ['-v', 'data:/data', '-v', `${work}/bound:/deep/bound`]
    const fixed = ['-v', `${work}/kept:/data/fixed:ro`, '--read-only']
    const words = ['--name', 'job', ...mounts, ...fixed, 'busybox']
    await live.out('create', ...words, 'cat', '/data/x', '/deep/bound/y')
    writeFileSync('x', 'x')
    for (const to of ['/data', '/deep/../deep/bound/y', '/deep/bound/'])
      expect(await cp('x', `job:${to}`)).toMatchObject({
        status: 0,
        err: '',
      })
    expect(readdirSync('bound')).toEqual(['there', 'x', 'y'])
    expect((await cp('job:/deep/bound/there', 'out')).status).toBe(0)
    expect((await cp('job:/deep/bound', 'all')).status).toBe(0)
    expect(readdirSync('all')).toEqual(['there', 'x', 'y'])
    expect((await cp('job:/etc/hosts', 'own-hosts')).status).toBe(0)
    expect(readFileSync('own-hosts', 'utf8')).toMatch(/localhost/)
    for (const [to, message] of [
      ['/data/fixed', /read-only there/],
      ['/tmp', /read-only there/],
      ['/etc/hosts', /a file is mounted there/],
    ] as const)
      expect((await cp('x', `job:${to}`)).err).toMatch(message)
    expect(await live.out('start', '-a', 'job')).toBe('xx')
    expect(await cp('job:/', 'parts')).toMatchObject({ status: 0, err: '' })
    const has = (path: string) => existsSync(join('parts', path))
    const all = ['bin/sh', 'data/x', 'data/fixed', 'deep/bound/there']
    expect(all.filter((path) => !has(path))).toEqual([])
    expect(shell('rocker cp job:/data - | tar -t').out).toBe(
      'data/\ndata/fixed/\ndata/x\n',
    )
    await live.out('rm', 'job')
    await live.out('volume', 'rm', 'data')
  })

  test('keeps a root that is read-only as it is', async () => {
    await live.out(
      'create',
      '--name',
      'job',
      '--read-only',
      'busybox',
      'true',
    )
    const { status, err } = await cp('/etc/hostname', 'job:/etc')
    expect(status).toBe(1)
    expect(err).toMatch(/copy to job:.*: it is read-only there/)
    expect((await cp('job:/etc/os-release', 'release')).status).toBe(0)
  })
})

describe('a container that runs', () => {
  afterEach(async () => {
    await live.rocker('rm', '-f', 'job')
  })

  test('and is paused gives and takes files', async () => {
    await live.out('pause', 'box')
    writeFileSync('still', 'x')
    expect((await cp('still', 'box:/still')).status).toBe(0)
    expect((await cp('box:/still', 'moved')).status).toBe(0)
    await live.out('unpause', 'box')
    expect(readFileSync('moved', 'utf8')).toBe('x')
  })

  test('takes none where it is mounted read-only', async () => {
    const rootfs = ['--rootfs', join(live.root, 'rootfs')]
    const words = ['--name', 'job', '--read-only', ...rootfs]
    await live.out('run', '-d', ...words, 'sleep', '1000')
    writeFileSync('some', 'x')
    const { status, err } = await cp('some', 'job:/etc')
    expect(status).toBe(1)
    expect(err).toBe(
      'rocker: copy some: EROFS (read-only filesystem)\n' +
        '  hint: it is mounted read-only there\n',
    )
    expect(existsSync(join(live.root, 'rootfs/etc/some'))).toBe(false)
  })

  test('has its volumes and its memory', async () => {
    const mounts = ['-v', 'data:/data', '--tmpfs', '/memory:size=64k']
    const words = ['--name', 'job', ...mounts, 'busybox', 'sleep', '1000']
    await live.out('run', '-d', ...words)
    writeFileSync('x', 'x')
    for (const folder of ['data', 'memory']) {
      expect((await cp('x', `job:/${folder}`)).err).toBe('')
      expect((await cp(`job:/${folder}`, folder)).err).toBe('')
      expect(readdirSync(folder)).toEqual(['x'])
    }
    writeFileSync('x', Buffer.alloc(1 << 20, 'x'))
    expect((await cp('x', 'job:/memory/more')).err).toMatch(
      /ENOSPC .*\n {2}hint: make room/,
    )
    expect((await cp('job:/memory', 'left')).status).toBe(0)
    expect(readdirSync('left')).toEqual(['x'])
    const data = join(live.root, 'volumes/data/_data')
    expect(readdirSync(data)).toEqual(['x'])
    await live.out('rm', '-f', 'job')
    await live.out('volume', 'rm', 'data')
  })

  test('comes out whole, but for what is memory only', async () => {
    const words = [
      '--name',
      'job',
      '--tmpfs',
      '/memory',
      '-v',
      'data:/data',
    ]
    await live.out('run', '-d', ...words, 'busybox', 'sleep', '1000')
    writeFileSync('x', 'x')
    for (const folder of ['data', 'memory', 'srv'])
      await cp('x', `job:/${folder}`)
    expect(await cp('job:/', 'whole')).toEqual({
      status: 0,
      out: '',
      err: '',
    })
    const has = (path: string) => existsSync(join('whole', path))
    expect(['proc', 'sys', 'dev', 'memory'].every(has)).toBe(true)
    expect(['data/x', 'etc/hosts', 'bin/busybox', 'srv'].every(has)).toBe(
      true,
    )
    const left = ['proc/1', 'sys/kernel', 'dev/null', 'memory/x']
    expect(left.filter(has)).toEqual([])
    await live.out('rm', '-f', 'job')
    await live.out('volume', 'rm', 'data')
  })

  test('keeps what rocker mounts in it', async () => {
    await live.out('run', '-d', '--name', 'job', 'busybox', 'sleep', '1000')
    writeFileSync('hosts', 'x')
    const { status, err } = await cp('hosts', 'job:/etc/hosts')
    expect(status).toBe(1)
    expect(err).toMatch(
      /^rocker: copy hosts: EBUSY .*\n {2}hint: .*mounted/,
    )
    await cp('job:/etc/hosts', 'hosts')
    expect(readFileSync('hosts', 'utf8')).toMatch(/localhost/)
  })
})

test('an archive that nobody reads on is no file that is too large', () => {
  writeFileSync(join(rootfs, 'long'), Buffer.alloc(8 << 20))
  const line = [...rockerCommand(live.root), 'cp', 'box:/long', '-']
  const { stderr } = spawnSync('sh', [
    '-c',
    '"$@" | head -c 9',
    '-',
    ...line,
  ])
  expect(`${stderr}`).toMatch(
    /^rocker: copy long: nobody reads the archive\n {2}hint: .*ended.*\n$/,
  )
  rmSync(join(rootfs, 'long'))
})

describe('cp that is killed', () => {
  afterEach(async () => {
    await live.rocker('rm', '-f', 'job')
  })

  /** Ends it by kill -9 in the middle of a file. */
  async function killInTheMiddle(to: string): Promise<void> {
    truncateSync('half', 8 << 20)
    const { stdout } = spawnSync('tar', ['-c', 'half'], {
      maxBuffer: 16 << 20,
    })
    const [node = '', ...own] = rockerCommand(live.root)
    const copying = spawn(node, [...own, 'cp', '-', to], {
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    copying.stdin.write(stdout.subarray(0, 4 << 20))
    copying.stdin.on('error', () => {})
    while (!isWriting(copying.pid ?? 0)) await sleep(10)
    copying.kill('SIGKILL')
    await once(copying, 'exit')
  }

  // a file without a name: /srv/#4711 (deleted)
  function isWriting(pid: number): boolean {
    const links = readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`)
      } catch {
        return ''
      }
    })
    return links.some((link) => /#\d+ \(deleted\)$/.test(link))
  }

  beforeEach(() => writeFileSync('half', ''))

  test('leaves the old file, and nothing else, in one that runs', async () => {
    const folder = join(rootfs, 'killed')
    mkdirSync(folder)
    writeFileSync(join(folder, 'half'), 'as it was')
    await killInTheMiddle('box:/killed')
    expect(readdirSync(folder)).toEqual(['half'])
    expect(readFileSync(join(folder, 'half'), 'utf8')).toBe('as it was')
  })

  test('leaves one that does not run ready to start', async () => {
    await live.out('create', '--name', 'job', 'busybox', 'ls', '/srv', '/')
    mkdirSync('srv', { recursive: true })
    await cp('srv', 'job:/')
    await killInTheMiddle('job:/srv')
    expect(await live.out('start', '-a', 'job')).toMatch(/\/srv:\n$/)
    expect(readdirSync(join(live.root, 'pending'))).toEqual([
      expect.stringMatching(/^running-/), // of the box
    ])
    expect(await live.out('diff', 'job')).toBe('A /srv\n')
  })
})

describe('nothing in a container leads cp out of it', () => {
  const victim = () => join(work, 'victim')
  const inside = (path: string) => join(rootfs, 'trap', path)

  beforeEach(() => {
    mkdirSync(victim())
    writeFileSync(join(victim(), 'secret'), 'of the host')
    rmSync(inside(''), { recursive: true, force: true })
    mkdirSync(inside(''))
    mkdirSync('here')
  })
  afterEach(() => {
    const all = readdirSync(victim())
    const secret = readFileSync(join(victim(), 'secret'), 'utf8')
    rmSync(victim(), { recursive: true })
    rmSync('here', { recursive: true })
    expect({ all, secret }).toEqual({
      all: ['secret'],
      secret: 'of the host',
    })
  })

  const ups = '../'.repeat(20)
  const traps = [
    ['an absolute link', () => victim()],
    ['a link upwards', () => ups + victim()],
    ['a link through /proc/1/root', () => `/proc/1/root${victim()}`],
    ['a link through /proc/self/cwd', () => '/proc/self/cwd/victim'],
  ] as const

  test.each(traps)('%s', async (_, target) => {
    symlinkSync(target(), inside('d'))
    symlinkSync(`${target()}/secret`, inside('f'))
    writeFileSync('x', 'from outside')
    for (const words of [
      ['box:/trap/d/secret', 'here'],
      ['-L', 'box:/trap/d', 'here'],
      ['-L', 'box:/trap/f', 'here'],
      ['x', 'box:/trap/d/secret'],
      ['x', 'box:/trap/d/new'],
      ['x', 'box:/trap/f'],
      ['here', 'box:/trap/d/'],
    ])
      expect(await cp(...words)).toMatchObject({ status: 1 })
    expect(await cp('box:/trap', 'here')).toMatchObject({ status: 0 })
    expect(readdirSync('here/trap')).toEqual(['d', 'f'])
    expect(lstatSync('here/trap/f').isSymbolicLink()).toBe(true)
  })

  test('its programs and libraries are never executed', async () => {
    const bin = join(live.root, 'evil')
    makeBusyboxRoot(bin)
    for (const name of ['tar', 'gzip', 'zstd', 'cp', 'docker-tar']) {
      rmSync(join(bin, 'bin', name), { force: true })
      const path = join(bin, 'bin', name)
      writeFileSync(path, '#!/bin/sh\necho > /executed\n', { mode: 0o755 })
    }
    mkdirSync(join(bin, 'lib'))
    for (const name of ['libnss_files.so.2', 'libc.so.6', 'libz.so.1'])
      writeFileSync(join(bin, 'lib', name), 'no library')
    await live.out(
      'run',
      '-d',
      '--name',
      'evil',
      '--rootfs',
      bin,
      'sleep',
      '1000',
    )
    const { status } = shell(
      `rocker cp evil:/bin b && tar -cz b | rocker cp - evil:/tmp &&
       rocker cp evil:/lib - | tar -t && rocker stop -t 0 evil &&
       rocker cp b evil:/ && rocker cp evil:/etc e`,
    )
    expect(status).toBe(0)
    expect(existsSync(join(bin, 'executed'))).toBe(false)
    await live.out('rm', '-f', 'evil')
  })

  const mostMs = 20_000
  const races = Number(process.env.ROCKER_RACES ?? 200)

  test('a folder that becomes a link and back, hundreds of times each way', async () => {
    // what the link leads to is there inside as well, with files of its own
    const twin = join(rootfs, victim())
    mkdirSync(twin, { recursive: true })
    writeFileSync(join(twin, 'secret'), 'of the container')
    mkdirSync(inside('a'))
    writeFileSync(join(inside('a'), 'secret'), 'of the container')
    symlinkSync(ups + victim(), inside('b'))
    writeFileSync('x', 'x')
    mkdirSync('tree/a', { recursive: true })
    writeFileSync('tree/a/secret', 'x')
    const racer = spawn(program('flip'), [inside('a'), inside('b')])
    const naive = new Set<string>() // by the path, as the host sees it
    const seen = new Map<string, number>()
    const note = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1)
    try {
      const end = Date.now() + mostMs
      for (let i = 0; i < races && Date.now() < end; i++) {
        const out = await cp('box:/trap/a/secret', 'here/one')
        note(
          out.status === 0 ? readFileSync('here/one', 'utf8') : 'refused',
        )
        naive.add(readFileSync(join(inside('a'), 'secret'), 'utf8'))
        rmSync('here/all', { recursive: true, force: true })
        await cp('box:/trap', 'here/all')
        for (const name of ['a', 'b'])
          if (
            lstatSync(`here/all/${name}`, {
              throwIfNoEntry: false,
            })?.isDirectory()
          )
            for (const file of readdirSync(`here/all/${name}`))
              note(readFileSync(`here/all/${name}/${file}`, 'utf8'))
        await cp('x', 'box:/trap/a/secret')
        await cp('tree/.', 'box:/trap')
        writeFileSync(join(twin, 'secret'), 'of the container')
      }
    } finally {
      racer.kill('SIGKILL')
      await once(racer, 'exit')
    }
    expect(naive).toContain('of the host')
    expect([...seen.keys()]).not.toContain('of the host')
    expect(seen.get('of the container')).toBeGreaterThan(0)
    rmSync(join(rootfs, 'tmp'), { recursive: true })
    mkdirSync(join(rootfs, 'tmp'))
  })
})
