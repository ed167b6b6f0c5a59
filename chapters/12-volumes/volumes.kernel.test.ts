// Mounts of a container that is really there: what it sees, what the host keeps
// to itself, and what becomes of volumes when containers go.

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  afterAll,
  afterEach,
  beforeEach,
  describe,
  expect,
  test,
} from 'vitest'

import { runRocker } from '../../test/support/cli.ts'
import { LiveContainers } from '../../test/support/live-containers.ts'
import { makeBusyboxRoot } from '../../test/support/rootfs.ts'
import { settled, snapshot } from '../../test/support/snapshot.ts'
import { mountTable } from '../04-rootfs/mount-table.ts'

const base = mkdtempSync(join(tmpdir(), 'volumes-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

// targets are made in it: so it is not the one that all tests share
const own = makeRoot()

let live: LiveContainers
let host = '' // a folder of the host
beforeEach(() => {
  live = new LiveContainers()
  host = mkdtempSync(join(base, 'host-'))
})
afterEach(() => live[Symbol.asyncDispose]())

/** Runs a script of sh with these flags; answers all that it says. */
async function sh(
  script: string,
  flags: readonly string[],
  rootfs = own,
): Promise<string> {
  const words = ['run', '--rm', ...flags, '--rootfs', rootfs]
  const { out, err } = await live.rocker(...words, 'sh', '-c', script)
  return out + err
}

/** Makes a container that executes a script. */
function make(name: string, script: string, ...flags: string[]) {
  const words = ['create', '--name', name, ...flags, '--rootfs', own]
  return live.out(...words, 'sh', '-c', script)
}

async function start(name: string, script: string, ...flags: string[]) {
  const id = await make(name, script, ...flags)
  await live.out('start', name)
  return id.trim()
}

const patient = { timeout: 20_000 }
const volumes = () => live.out('volume', 'ls', '-q')

describe('a mount', () => {
  test.each([
    ['of a volume', ['-v', 'data:/x'], 'rw,'],
    ['that is read-only', ['-v', 'data:/x:ro'], 'ro,'],
    ['of a folder', ['-v', `${base}:/x`], 'rw,'],
    ['of memory', ['--tmpfs', '/x'], 'rw,nosuid,nodev,noexec,'],
    [
      'of memory that is read-only',
      ['--tmpfs', '/x:ro,exec'],
      'ro,nosuid,nodev,',
    ],
  ])('%s is where it was asked for, and private', async (_, flags, how) => {
    const line = await sh('grep " /x " /proc/self/mountinfo', flags)
    expect(line).toContain(` /x ${how}`)
    expect(line).not.toMatch(/shared:|master:/)
  })

  test('of a file is a file', async () => {
    writeFileSync(join(host, 'file'), 'of the host\n')
    const flags = ['-v', `${host}/file:/new/file:ro`]
    expect(await sh('cat /new/file; echo x > /new/file', flags)).toMatch(
      /^of the host\n.*Read-only file system/,
    )
  })

  test('of a socket is a socket', async () => {
    execFileSync('python3', [
      '-c',
      'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])',
      join(host, 'socket'),
    ])
    const flags = ['-v', `${host}/socket:/run/socket`]
    expect(await sh('test -S /run/socket && echo yes', flags)).toBe('yes\n')
  })

  test('reaches what is mounted in it, unless that is not wanted', async () => {
    mkdirSync(join(host, 'deep'))
    execFileSync('mount', ['-t', 'tmpfs', 'none', join(host, 'deep')])
    try {
      writeFileSync(join(host, 'deep/file'), '')
      const bind = `type=bind,source=${host},target=/x,readonly`
      const script = 'ls /x/deep; touch /x/deep/new 2>&1'
      expect(await sh(script, ['--mount', bind])).toMatch(
        /^file\n.*Read-only file system/,
      )
      const flat = `${bind},bind-recursive=disabled`
      expect(await sh('ls /x/deep', ['--mount', flat])).toBe('')
      const above = `${bind},bind-recursive=writable`
      expect(
        await sh('touch /x/deep/new /x/no', ['--mount', above]),
      ).toMatch(/^touch: \/x\/no: Read-only file system\n$/)
      expect(readdirSync(join(host, 'deep'))).toEqual(['file', 'new'])
    } finally {
      execFileSync('umount', [join(host, 'deep')])
    }
  })

  test('lies in another one, whichever was named first', async () => {
    const flags = ['-v', 'deep:/x/y', '-v', 'top:/x', '--tmpfs', '/x/y/z']
    expect(
      await sh('cut -d" " -f5 /proc/self/mountinfo | grep ^/x', flags),
    ).toBe('/x\n/x/y\n/x/y/z\n')
  })

  test('goes where a link of the image leads, in the image', async () => {
    const root = makeRoot()
    symlinkSync('/run', join(root, 'var/run'))
    symlinkSync('../../../../../../home', join(root, 'up'))
    const flags = [
      '--tmpfs',
      '/run',
      '-v',
      'a1:/var/run/a',
      '-v',
      'b1:/up/b',
    ]
    const script = 'cut -d" " -f5 /proc/self/mountinfo | grep -E "run|home"'
    expect(await sh(script, flags, root)).toBe('/run\n/home/b\n/run/a\n')
    expect(readdirSync(join(root, 'home'))).toEqual(['b', 'user'])
  })

  test('can be written to in a root that is read-only', async () => {
    const flags = ['--read-only', '-v', 'data:/new/x', '--tmpfs', '/tmp']
    const script = 'touch /new/x/a /tmp/b && touch /c'
    expect(await sh(script, flags)).toMatch(/^touch: \/c: Read-only/)
  })

  test('of memory is as large and as open as was asked', async () => {
    const flags = [
      '--tmpfs',
      '/x:size=1m,mode=1750,uid=7',
      '--shm-size',
      '2m',
    ]
    const script =
      'stat -c "%a %u" /x; df -k /x /dev/shm | tail -2 | tr -s " " | cut -d" " -f2'
    expect(await sh(script, flags)).toBe('1750 7\n1024\n2048\n')
  })

  test('of memory over a folder of the image is as open as that', async () => {
    const flags = [
      '--tmpfs',
      '/root',
      '--tmpfs',
      '/tmp',
      '--tmpfs',
      '/fresh',
    ]
    const script = 'stat -c %a /root /tmp /fresh'
    expect(await sh(script, flags)).toBe('700\n1777\n1777\n')
  })
})

/** A root that a test may change. */
function makeRoot(): string {
  const root = mkdtempSync(join(base, 'root-'))
  rmSync(root, { recursive: true })
  makeBusyboxRoot(root)
  chmodSync(root, 0o755)
  return root
}

describe('the host keeps', () => {
  test('its mounts to itself, and passes none on', async () => {
    const before = await snapshot()
    const flags = ['-v', `${host}:/x`]
    await start('box', 'sleep 1000', ...flags)
    expect((await snapshot()).mounts).toEqual(before.mounts)
    execFileSync('mount', ['-t', 'tmpfs', 'none', host])
    try {
      expect(await inside('box', /\/x/)).toHaveLength(1)
    } finally {
      execFileSync('umount', [host])
    }
  })

  test.each([
    ['rprivate', false, false],
    ['rslave', true, false],
    ['rshared', true, true],
  ])(
    'what %s is for: later mounts come in %j, go out %j',
    async (word, comes, goes) => {
      const script = 'mkdir /x/out; mount -t tmpfs none /x/out; sleep 1000'
      const admin = ['--cap-add', 'SYS_ADMIN']
      await start('box', script, ...admin, '-v', `${host}:/x:${word}`)
      await expect
        .poll(() => inside('box', /^\/x\/out/), patient)
        .toHaveLength(1)
      const seen = mountTable().filter(
        ({ target }) => target === `${host}/out`,
      )
      expect(seen).toHaveLength(goes ? 1 : 0)
      mkdirSync(join(host, 'in'))
      execFileSync('mount', ['-t', 'tmpfs', 'none', join(host, 'in')])
      try {
        const found = await inside('box', /^\/x\/in/)
        expect(found).toHaveLength(comes ? 1 : 0)
      } finally {
        execFileSync('umount', [join(host, 'in')])
        if (goes) execFileSync('umount', [join(host, 'out')])
      }
    },
  )

  test('its folders as they are: nothing is made on the way', async () => {
    const root = makeRoot()
    symlinkSync(host, join(root, 'out'))
    symlinkSync('/', join(root, 'top'))
    symlinkSync('/proc', join(root, 'kernel'))
    symlinkSync('/proc/1/root', join(root, 'magic'))
    const refused: Record<string, RegExp> = {
      '/out/new': /ENOENT.*\n {2}hint: the image does not have it/,
      '/top': /EPERM.*\n {2}hint: a link leads to \/ or to \/proc/,
      '/kernel': /EPERM.*\n {2}hint: a link leads to \/ or to \/proc/,
      '/kernel/sys': /EPERM/,
      '/magic/new': /ELOOP/,
      '/dev/fd': /EPERM/,
      '/etc/passwd': /ENOTDIR/,
      '/sys/new': /ENOENT/,
    }
    for (const [target, sentence] of Object.entries(refused)) {
      const said = await sh('true', ['-v', `data:${target}`], root)
      expect(said).toMatch(/^rocker: mount .*\/data\/_data on /)
      expect(said).toMatch(sentence)
    }
    expect(readdirSync(host)).toEqual([])
  })
})

/** Lines of the mountinfo of a container's process. */
async function inside(name: string, wanted: RegExp): Promise<string[]> {
  const pid = await live.out('inspect', '-f', '{{.State.Pid}}', name)
  return readFileSync(`/proc/${pid.trim()}/mountinfo`, 'utf8')
    .split('\n')
    .filter((line) => wanted.test(line.split(' ')[4] ?? ''))
}

describe('a new volume', () => {
  test('begins with what the image has in its place', async () => {
    const root = makeRoot()
    const data = join(root, 'data')
    mkdirSync(join(data, 'sub'), { recursive: true })
    writeFileSync(join(data, 'file'), 'text', { mode: 0o600 })
    writeFileSync(join(data, 'sub/deep'), 'deep')
    linkSync(join(data, 'file'), join(data, 'twin'))
    symlinkSync('/etc/passwd', join(data, 'link'))
    execFileSync('mknod', [join(data, 'null'), 'c', '1', '3'])
    execFileSync('mkfifo', [join(data, 'fifo')])
    chownSync(join(data, 'file'), 5, 6)
    chownSync(data, 7, 8)
    chmodSync(data, 0o2750)
    utimesSync(join(data, 'sub'), 1, 1_000_000_000)
    const script = `cd /data; stat -c '%n %F %a %u:%g %h' . *
      stat -c %Y sub; readlink link; cat sub/deep`
    const seen = await sh(script, [], root)
    expect(await sh(script, ['-v', 'data:/data'], root)).toBe(seen)
    expect(await sh(script, ['-v', '/data'], root)).toBe(seen)
    const ls = 'ls /data'
    expect(await sh(ls, ['-v', 'more:/data:nocopy'], root)).toBe('')
    expect(await sh(ls, ['--tmpfs', '/data'], root)).toBe('')
  })

  test('that is empty still is filled; one with a file is not', async () => {
    const flags = ['-v', 'data:/home']
    await live.out('volume', 'create', 'data')
    expect(await sh('ls /home; touch /home/new', flags)).toBe('user\n')
    expect(await sh('rm -r /home/user; ls /home', flags)).toBe('new\n')
    expect(await sh('ls /home', flags)).toBe('new\n')
  })

  test('takes nothing from outside the image', async () => {
    const root = makeRoot()
    writeFileSync(join(host, 'secret'), '')
    symlinkSync(host, join(root, 'out'))
    symlinkSync(`../../../../../../../..${host}`, join(root, 'up'))
    mkdirSync(join(root, 'data'))
    symlinkSync(host, join(root, 'data/link'))
    for (const target of ['/out', '/up'])
      await live.rocker('create', '-v', target, '--rootfs', root, 'true')
    expect(await sh('ls /data/link/', ['-v', 'data:/data'], root)).toMatch(
      /No such file/,
    )
    for (const name of (await volumes()).trim().split('\n')) {
      const path = await live.out(
        'volume',
        'inspect',
        '-f',
        '{{.Mountpoint}}',
        name,
      )
      expect(readdirSync(path.trim())).not.toContain('secret')
    }
  })
})

describe('volumes without a name', () => {
  test('go with a container of --rm', async () => {
    const before = await snapshot()
    await sh('touch /x/a', ['-v', '/x'])
    await live.out('run', '--rm', '-d', '-v', '/x', '--rootfs', own, 'true')
    await expect.poll(volumes, patient).toBe('')
    expect(await settled(before)).toEqual(before)
  })

  test('outlive their container, unless rm -v takes them along', async () => {
    await make('one', 'true', '-v', '/x', '-v', 'data:/y')
    await make('two', 'true', '-v', '/x', '-v', 'data:/y')
    await live.out('rm', 'one')
    const kept = (await volumes()).split('\n')
    expect(kept).toContain('data')
    await live.out('rm', '-v', 'two')
    const left = (await volumes()).split('\n')
    expect(left).toHaveLength(kept.length - 1)
    const pruned = await live.out('volume', 'prune', '-f')
    expect(pruned).toMatch(/^Deleted Volumes:\n[0-9a-f]{64}\n\nTotal/)
    expect(await volumes()).toBe('data\n')
  })

  test('stay as long as another container has them', async () => {
    const id = await start('one', 'echo 1 > /x/a; sleep 1000', '-v', '/x')
    const from = ['--volumes-from', 'one']
    await start('two', 'sleep 1000', ...from)
    await live.out('rm', '-fv', 'one')
    const script = 'cat /x/a; echo 2 > /x/a'
    expect(await sh(script, ['--volumes-from', 'two:ro'])).toMatch(
      /^1\n.*Read-only file system/,
    )
    expect(await volumes()).toBe(`${id.slice(0, 60)}0000\n`)
    await live.out('rm', '-fv', 'two')
    expect(await volumes()).toBe('')
  })

  test('of a container that another one shares outlive --rm', async () => {
    await live.out(
      'run',
      '--rm',
      '-d',
      '--name',
      'one',
      '-v',
      '/x',
      '--rootfs',
      own,
      'sh',
      '-c',
      'echo 1 > /x/a; sleep 1000',
    )
    await make('two', 'cat /x/a', '--volumes-from', 'one')
    await live.out('rm', '-f', 'one')
    expect((await live.rocker('start', '-a', 'two')).out).toBe('1\n')
    await live.out('rm', '-v', 'two')
    expect(await volumes()).toBe('')
  })
})

describe('what cannot be is refused before anything is made', () => {
  test.each([
    [
      'type=bind,source=/no/such,target=/x',
      /mount \/no\/such: bind source path does not exist\n {2}hint: /,
    ],
    [
      'src=new,dst=/x,volume-driver=nfs',
      /make volume new with the driver "nfs"\n {2}hint: /,
    ],
    [
      'src=new,dst=/x,volume-opt=type=nfs,volume-opt=device=:/x',
      /make volume new with "type=nfs device=:\/x"\n {2}hint: /,
    ],
  ])('--mount %s', async (mount, sentence) => {
    const flags = ['--mount', mount, '--rootfs', own]
    const { status, err } = await live.rocker('run', ...flags, 'true')
    expect(err).toMatch(sentence)
    expect(status).toBe(125)
    expect((await live.out('ps', '-aq')) + (await volumes())).toBe('')
  })

  test('another container’s volumes, where there is none', async () => {
    const flags = ['--volumes-from', 'nobody', '--rootfs', own]
    const { status, err } = await live.rocker('run', ...flags, 'true')
    expect(err).toMatch(/mount what the container nobody has\n/)
    expect(status).toBe(125)
  })

  test('later mounts, where the host passes none on', async () => {
    execFileSync('mount', ['-t', 'tmpfs', 'none', host])
    execFileSync('mount', ['--make-private', host])
    try {
      for (const word of ['rslave', 'rshared'])
        expect(await sh('true', ['-v', `${host}:/x:${word}`])).toMatch(
          /^rocker: mount .*: it lies on .*, which is no shared (or slave )?mount\n {2}hint: /,
        )
    } finally {
      execFileSync('umount', [host])
    }
  })
})

describe('a start', () => {
  test('makes a folder that -v names where it is missing', async () => {
    const path = join(host, 'a/b')
    await make('box', 'touch /x/file', '-v', `${path}:/x`)
    expect(existsSync(path)).toBe(false)
    await live.out('start', '-a', 'box')
    expect(readdirSync(path)).toEqual(['file'])
    expect(statSync(path).mode & 0o7777).toBe(0o755)
  })

  test('says what has vanished since the container was made', async () => {
    const path = join(host, 'a')
    mkdirSync(path)
    const bind = `type=bind,source=${path},target=/x`
    await make('box', 'true', '--mount', bind)
    rmSync(path, { recursive: true })
    const { status, err } = await live.rocker('start', '-a', 'box')
    expect(err).toBe(
      `rocker: open ${path} for /x: ENOENT (no such file or directory)\n  hint: what is to be mounted is not there: make it first\n`,
    )
    expect(status).not.toBe(0)
  })
})

test('explain needs no root, and makes nothing', async () => {
  const before = await snapshot()
  const flags = ['-v', 'data:/x', '-v', '/y', '-v', `${host}/new:/z`]
  const { out, status } = await runRocker(
    live.root,
    'explain',
    'run',
    ...flags,
    'debian',
    'true',
  )
  expect(status).toBe(0)
  expect(out).toMatch(/move_mount/)
  expect(existsSync(join(live.root, 'volumes'))).toBe(false)
  expect(existsSync(join(host, 'new'))).toBe(false)
  expect(await settled(before)).toEqual(before)
})

test(
  'a volume may be memory, of which each container gets its own',
  patient,
  async () => {
    const how = ['type=tmpfs', 'device=tmpfs', 'o=size=64k,mode=0711']
    const flags = how.flatMap((option) => ['-o', option])
    await live.out('volume', 'create', ...flags, 'fast')
    const look =
      'stat -c %a /x; grep " /x " /proc/mounts; ls /x; touch /x/a'
    for (const round of [1, 2])
      expect(await sh(look, ['-v', 'fast:/x']), `${round}`).toMatch(
        /^711\ntmpfs \/x tmpfs rw,.*size=64k,mode=711.*\n$/,
      )
    expect(await sh('touch /x/a', ['-v', 'fast:/x:ro'])).toMatch(
      /[Rr]ead-only/,
    )
    await live.out('volume', 'rm', 'fast')
  },
)

test('events tell what becomes of volumes', patient, async () => {
  const since = `${Date.now() / 1000}`
  await sh('true', ['-v', 'data:/x:ro', '-v', '/y'])
  await live.out('volume', 'rm', 'data')
  const span = ['--since', since, '--until', `${Date.now() / 1000}`]
  const how = ['--filter', 'type=volume', '--format', 'json']
  const told = (await live.out('events', ...span, ...how))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ Action, Actor: { ID, Attributes } }) => {
      const { destination = '', 'read/write': writable = '' } = Attributes
      const name = ID === 'data' ? ID : 'other'
      return [Action, name, destination, writable].join(' ').trim()
    })
  expect(told).toEqual([
    ...['create data', 'create other'],
    ...['mount data /x false', 'mount other /y true'],
    ...['unmount data', 'unmount other', 'destroy other', 'destroy data'],
  ])
})
