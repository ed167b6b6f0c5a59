// rocker run, as people use it: typed, piped, interrupted and killed.

import { spawn } from 'node:child_process'
import { mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { patience } from '../support/patience.ts'
import { randomFrom } from '../support/random.ts'
import { busyboxRoot } from '../support/rootfs.ts'
import { settled, snapshot } from '../support/snapshot.ts'

import { ended, type Installed, install, program } from './installed.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install()
})
afterAll(() => installed.remove())

const rocker = (...args: string[]) => installed.rocker(...args)
const run = (...args: string[]) => rocker('run', '--rm', ...args)
const sh = (script: string, ...flags: string[]) =>
  run(...flags, 'busybox', 'sh', '-c', script)

describe('what a container sees', () => {
  test.each([
    ['its own name', ['--hostname', 'box'], 'hostname', 'box\n'],
    ['itself as pid 1', [], 'echo $$', '1\n'],
    ['no process of the host', [], 'echo /proc/[0-9]*', '/proc/1\n'],
    ['lo alone, and it is up', [], 'cat /sys/class/net/*/carrier', '1\n'],
    [
      'the environment that -e gives',
      ['-e', 'A=1', '-e', 'A=2'],
      'echo $A',
      '2\n',
    ],
    ['a newline in a value', ['-e', 'A=x\ny'], 'echo "$A"', 'x\ny\n'],
    [
      'nothing else of the environment',
      [],
      'env | cut -d= -f1 | sort | tr "\\n" " "',
      'HOME HOSTNAME PATH PWD SHLVL ',
    ],
    [
      'the folder that -w names',
      ['-w', '/made/for/it'],
      'pwd',
      '/made/for/it\n',
    ],
    [
      'a user by name',
      ['-u', 'user'],
      'id -u; id -G; echo $HOME',
      '1000\n1000 29\n/home/user\n',
    ],
    [
      'a user by number',
      ['-u', '7:8'],
      'id -u; id -G; echo $HOME',
      '7\n8\n/\n',
    ],
    [
      'no capability when it is not root',
      ['-u', '7'],
      'grep -E "Cap(Prm|Eff|Inh|Amb)" /proc/self/status | cut -f2 | sort -u',
      '0000000000000000\n',
    ],
    [
      'its memory limit',
      ['-m', '64m'],
      'cd /sys/fs/cgroup; cat memory.max memory/memory.limit_in_bytes 2>/dev/null; true',
      '67108864\n',
    ],
    [
      'no signal blocked',
      [],
      'grep SigBlk /proc/self/status',
      'SigBlk:\t0000000000000000\n',
    ],
    [
      'its own cgroup as the root',
      [],
      'cut -d: -f3 /proc/self/cgroup | sort -u',
      '/\n',
    ],
    ['nothing on standard input', [], 'cat | wc -c', '0\n'],
    [
      'no mount that reaches out',
      [],
      'grep -c -E "shared:|master:" /proc/self/mountinfo',
      '0\n',
    ],
    ['a mask of files of 022', [], 'umask', '0022\n'],
  ])('%s', async (_, flags, script, out) => {
    expect(await sh(script, ...flags)).toMatchObject({ out, err: '' })
  })

  test('no signal ignored', async () => {
    const { out } = await run(
      'busybox',
      'grep',
      'SigIgn',
      '/proc/self/status',
    )
    expect(out).toBe('SigIgn:\t0000000000000000\n')
  })

  test('the host network, when it is asked for', async () => {
    const { out } = await sh('ls /sys/class/net', '--network', 'host')
    const table = readFileSync('/proc/net/dev', 'utf8')
    const interfaces = [...table.matchAll(/(\S+):/g)].map(
      ([, name]) => name,
    )
    expect(out.trim().split(/\s+/)).toEqual(interfaces.sort())
  })

  test('three descriptors, whatever the caller has open', async () => {
    const child = spawn(
      'bash',
      [
        '-c',
        `exec 9</ 251</; exec "$0" "$@"`,
        program,
        'run',
        '--rm',
        'busybox',
        'ls',
        '/proc/self/fd',
      ],
      { env: { ...process.env, ROCKER_ROOT: installed.root } },
    )
    const { out } = await ended(child) // the fourth is ls' own
    expect(out.trim().split('\n')).toEqual(['0', '1', '2', '3'])
  })
})

describe('exit codes', () => {
  test.each([
    ['0', ['true'], 0],
    ["the program's own", ['sh', '-c', 'exit 42'], 42],
    [
      '128 + n for a signal',
      ['sh', '-c', "sh -c 'kill -9 $$'; exit $?"],
      137,
    ],
    ['126 for a folder', ['/etc'], 126],
    ['126 for what is not executable', ['/etc/passwd'], 126],
    ['127 for what is not there', ['/nope'], 127],
    ['127 for what is not in PATH', ['nope'], 127],
  ])('%s', async (_, words, status) => {
    expect((await run('busybox', ...words)).status).toBe(status)
  })

  test.each([
    ['an unknown flag', ['--nope', 'busybox']],
    ['no image', []],
    ['an image that is not here', ['--pull', 'never', 'nope']],
    ['a relative folder', ['-w', 'a', 'busybox']],
    ['a folder that is a file', ['-w', '/etc/passwd', 'busybox']],
    ['a folder that is none', ['-w', '/proc/self/fd/9', 'busybox']],
    ['a limit that is no number', ['--pids-limit', 'abc', 'busybox']],
    ['an unknown user', ['-u', 'nobody-knows', 'busybox']],
    ['a user that is no number', ['-u', '4294967296', 'busybox']],
    ['too little memory', ['-m', '1m', 'busybox']],
    ['no number of processors', ['--cpus', 'nan', 'busybox']],
    ['a hostname with a new line', ['--hostname', 'a\nb', 'busybox']],
    ['a variable without a name', ['-e', '=x', 'busybox']],
    ['no file of variables', ['--env-file', '/nope', 'busybox']],
    ['no file of labels', ['--label-file=/nope', 'busybox']],
    ['a network that is not there', ['--network', 'nope', 'busybox']],
    ['a root folder that is none', ['--rootfs', '/etc/passwd']],
  ])(
    '125 for %s, a sentence with a hint, and nothing made',
    async (_, words) => {
      const { status, out, err } = await run(...words)
      expect(status).toBe(125)
      expect(out).toBe('')
      expect(err).toMatch(
        /^rocker: [^\n]+\n(?: {2}cause: [^\n]+\n)? {2}hint: [^\n]+\n$/,
      )
      expect(readdirSync(join(installed.root, 'pending'))).toEqual([])
    },
  )
})

test('words keep the bytes that are no UTF-8', async () => {
  const script = `exec "$0" run --rm busybox printf %s "$(printf 'a\\377b')"`
  const child = spawn('bash', ['-c', script, program], {
    env: { ...process.env, ROCKER_ROOT: installed.root },
  })
  const bytes: Buffer[] = []
  child.stdout.on('data', (chunk) => bytes.push(chunk))
  await ended(child)
  expect(Buffer.concat(bytes)).toEqual(Buffer.from([0x61, 0xff, 0x62]))
})

describe('streams', () => {
  test('`yes` ends when nobody reads it', async () => {
    const child = installed.start(['run', '--rm', 'busybox', 'yes'])
    child.stdout?.once('data', () => child.stdout?.destroy())
    const { status } = await ended(child)
    expect(status).toBe(1) // busybox' yes says that the pipe is broken
  })

  test('-i hands on what is typed, to its end', async () => {
    const child = installed.start(['run', '--rm', '-i', 'busybox', 'cat'])
    child.stdin?.end('one\ntwo')
    expect(await ended(child)).toMatchObject({ status: 0, out: 'one\ntwo' })
  })

  test('output and errors stay apart', async () => {
    expect(await sh('echo a; echo b >&2')).toEqual({
      status: 0,
      out: 'a\n',
      err: 'b\n',
    })
  })

  test('100 MB come out byte for byte', async () => {
    const script =
      'head -c 100000000 /dev/zero | md5sum; head -c 100000000 /dev/zero'
    const child = installed.start([
      'run',
      '--rm',
      'busybox',
      'sh',
      '-c',
      script,
    ])
    let bytes = 0
    child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    await ended(child)
    expect(bytes).toBe(
      100_000_000 + '0f86d7c5a6180cf9584c1d21144d85b0  -\n'.length,
    )
  })
})

describe('--rootfs', () => {
  test('a folder of the host is the root, and keeps what is written', async () => {
    const folder = join(installed.root, 'folder')
    mkdirSync(folder)
    await ended(spawn('cp', ['-a', `${busyboxRoot()}/.`, folder]))
    const script = 'echo kept > /kept; cat /kept'
    const { out } = await run('--rootfs', folder, 'sh', '-c', script)
    expect(out).toBe('kept\n')
    expect(readdirSync(folder)).toContain('kept')
  })
})

describe('nothing is left behind', () => {
  const many = Math.ceil(200 / patience)
  test(`by ${many} runs`, async () => {
    await run('busybox', 'true')
    const before = await snapshot()
    for (let i = 0; i < many; i += 4)
      await Promise.all([1, 2, 3, 4].map(() => run('busybox', 'true')))
    expect(await settled(before)).toEqual(before)
  })

  const atOnce = Math.max(4, Math.ceil(20 / patience))
  test(`by ${atOnce} runs at once, and all of them work`, async () => {
    const before = await snapshot()
    const runs = Array.from({ length: atOnce }, (_, i) => sh(`echo ${i}`))
    const fine = (i: number) => ({ status: 0, out: `${i}\n`, err: '' })
    expect(await Promise.all(runs)).toEqual(runs.map((_, i) => fine(i)))
    expect(await settled(before)).toEqual(before)
  })

  const kills = Math.ceil(40 / patience)
  test(`by ${kills} kill -9 at random moments, after the next command`, async () => {
    const seed = Date.now() % 100_000
    const random = randomFrom(seed)
    const before = await snapshot()
    for (let i = 0; i < kills; i++) {
      const args = ['run', '--rm', 'busybox', 'sleep', '0.2']
      const child = installed.start(args, { stdio: 'ignore' })
      const end = ended(child)
      await sleep(random() * 500 * patience)
      child.kill('SIGKILL')
      await end
    }
    await run('busybox', 'true')
    expect(await settled(before), `seed ${seed}`).toEqual(before)
  })

  test('by a run whose caller is gone', async () => {
    const before = await snapshot()
    const log = openSync('/dev/null', 'w')
    const shell = spawn(
      'sh',
      ['-c', '"$0" run --rm busybox sh -c "sleep 0.3" & exit', program],
      {
        env: { ...process.env, ROCKER_ROOT: installed.root },
        stdio: ['ignore', log, log],
      },
    )
    await ended(shell)
    expect(await settled(before, 10_000)).toEqual(before)
  })
})
