// One more process in a container that runs: it is the container's in every
// respect, its end is the caller's to see, and it leaves nothing.
//
//   ROCKER_KILLS=500 npm test -- chapters/19-rocker/commands/exec

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { text } from 'node:stream/consumers'

import {
  afterAll,
  beforeAll,
  describe,
  expect,
  onTestFinished,
  test,
} from 'vitest'

import { rockerCommand, typed } from '../../../test/support/cli.ts'
import { LiveContainers } from '../../../test/support/live-containers.ts'
import { until } from '../../../test/support/monitored.ts'
import { patience } from '../../../test/support/patience.ts'
import { Person } from '../../../test/support/person.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'

let before: Snapshot
let live: LiveContainers

beforeAll(async () => {
  before = await snapshot()
  live = new LiveContainers()
  await live.start('web', 'sleep 1000 & wait', '--hostname', 'box')
})
afterAll(async () => {
  await live[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

const sh = (script: string) => ['exec', 'web', 'sh', '-c', script]
const forms = ['-i', '-t', '-d', '-it', '-di'] as const

describe('what a process ends with is what rocker ends with', () => {
  test.each([0, 7, 127, 255])('the exit code %i', async (code) => {
    const { status, err } = await live.rocker(...sh(`exit ${code}`))
    expect({ status, err }).toEqual({ status: code, err: '' })
  })

  test('a signal', async () => {
    const { status } = await live.rocker(...sh('kill -TERM $$'))
    expect(status).toBe(143)
  })

  test.each([
    ['a program that is not there', ['web', 'nothing'], 127],
    ['no program at all', ['web', ''], 127],
    ['a file that is no program', ['web', '/etc/passwd'], 126],
    ['a folder that is not there', ['-w', '/no', 'web', 'ls'], 126],
    ['a program, in the background', ['-d', 'web', 'nothing'], 127],
    ['a program, at a terminal', ['-t', 'web', 'nothing'], 127],
  ])('%s', async (_, words, expected) => {
    const { status, out, err } = await live.rocker('exec', ...words)
    expect(err).toMatch(/^rocker: .*\n {2}hint: .*\n$/)
    expect({ status, out }).toEqual({ status: expected, out: '' })
  })

  test.each([
    ['a relative working folder', ['-w', 'etc', 'web', 'ls'], 126],
    ['a user that is not there', ['-u', 'nobody7', 'web', 'ls'], 126],
    ['a variable without a name', ['-e', '=x', 'web', 'ls'], 126],
    ['no such container', ['nosuch', 'ls'], 1],
    ['no program named', ['web'], 1],
    ['a terminal without one', ['-it', 'web', 'ls'], 1],
    ['an unknown flag', ['--nosuch', 'web', 'ls'], 125],
  ])('%s', async (_, words, expected) => {
    const { status, out, err } = await typed(live.root, 'exec', ...words)
    expect(err).toMatch(/^rocker: .*\n {2}hint: .*\n$/)
    expect({ status, out }).toEqual({ status: expected, out: '' })
  })
})

describe('a user that is none', () => {
  test.each([
    ...['4294967296', '2147483648', '-1', '0x0', '1000 ', ' 1000'],
    ...['1000:', ':5', '+5', 'root:0:0', 'user:nogroup', '1e3', 'a b'],
  ])('%j', async (user) => {
    const words = ['exec', '-u', user, 'web', 'id']
    const { status, err } = await typed(live.root, ...words)
    expect(err).toMatch(/^rocker: (read|find) the .*\n {2}hint: .*\n$/)
    expect(status).toBe(126)
  })
})

describe('a container that does not run', () => {
  test.each([
    ['was never started', [], 'it does not run'],
    ['has ended', [['start'], ['kill']], 'it does not run'],
    ['is paused', [['start'], ['pause']], 'it is paused'],
  ])('but %s, is refused', async (_, steps, why) => {
    const name = `one-${why.replaceAll(' ', '-')}`
    await live.make(name, 'exec sleep 1000')
    try {
      for (const words of steps) await live.out(...words, name)
      if (steps.flat().includes('kill')) await live.becomes(name, /^Exited/)
      const { status, err } = await typed(live.root, 'exec', name, 'true')
      expect(err).toContain(`rocker: execute in ${name}: ${why}\n  hint: `)
      expect(status).toBe(1)
    } finally {
      await live.out('rm', '-f', name)
    }
  })
})

describe('the process is the container’s', () => {
  test('in its namespaces, cgroups, mounts, limits and rights', async () => {
    const script = `
      for file in cgroup mountinfo limits; do
        cmp /proc/1/$file /proc/$$/$file || echo differs: $file
      done
      for name in /proc/1/ns/*; do
        name=\${name##*/}
        [ "$(readlink /proc/1/ns/$name)" = "$(readlink /proc/$$/ns/$name)" ] ||
          echo differs: $name
      done
      for field in Uid Gid Groups Cap Seccomp NoNewPrivs SigIgn SigBlk Umask; do
        [ "$(grep ^$field /proc/1/status)" = "$(grep ^$field /proc/$$/status)" ] ||
          echo differs: $field
      done
      tr '\\0' '\\n' < /proc/1/environ | sort > /tmp/one
      tr '\\0' '\\n' < /proc/$$/environ | sort > /tmp/other
      cmp /tmp/one /tmp/other || echo differs: environ
      ls /proc/$$/fd; :`
    expect(await live.out(...sh(script))).toBe('0\n1\n2\n')
  })

  test('on every hierarchy, as the host sees it', async () => {
    await live.out('exec', '-d', 'web', 'sleep', '2001')
    const [first, second] = await pidsOf(/sleep (1000|2001)$/)
    const [own, other] = [first, second].map((pid) =>
      readFileSync(`/proc/${pid}/cgroup`, 'utf8'),
    )
    expect(own).toContain('rocker')
    expect(own).toBe(other)
    process.kill(second ?? 0, 'SIGKILL')
  })

  test('with the limits of pid 1, whatever the caller’s are', async () => {
    const [program = '', ...words] = rockerCommand(live.root)
    const typed = [
      program,
      ...words,
      ...sh('cmp /proc/1/limits /proc/$$/limits'),
    ]
    const { status, stdout } = spawnSync(
      'sh',
      [
        '-c',
        'ulimit -S -n 77; ulimit -S -c 0; ulimit -S -s 512; exec "$@"',
        'sh',
        ...typed,
      ],
      { encoding: 'utf8' },
    )
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  })

  test('also without a network of its own', async () => {
    await live.start('wide', 'exec sleep 1000', '--network', 'host')
    const host = spawnSync('readlink', ['/proc/self/ns/net']).stdout
    expect(
      await live.out(
        'exec',
        'wide',
        'sh',
        '-c',
        'readlink /proc/$$/ns/net',
      ),
    ).toBe(`${host}`)
    await live.out('rm', '-f', 'wide')
  })

  test('in an image without a shell', async () => {
    const root = `${live.root}-bare`
    mkdirSync(`${root}/bin`, { recursive: true })
    copyFileSync('/bin/busybox', `${root}/bin/busybox`)
    try {
      await live.out(
        ...['run', '-d', '--name', 'bare', '--rootfs', root],
        ...['/bin/busybox', 'sleep', '1000'],
      )
      expect(
        await live.out('exec', 'bare', '/bin/busybox', 'hostname'),
      ).toMatch(/^[0-9a-f]{12}\n$/)
      await live.out('rm', '-f', 'bare')
    } finally {
      rmSync(root, { recursive: true })
    }
  })
})

describe('what is asked for is different', () => {
  test.each([
    [
      'the environment',
      ['-e', 'A=b c', '-e', 'HOME=/x', 'web', 'sh', '-c', 'echo $A $HOME'],
      'b c /x\n',
    ],
    ['the folder', ['-w', '/etc/../tmp', 'web', 'pwd'], '/tmp\n'],
    ['a folder above all', ['-w', '/../..', 'web', 'pwd'], '/\n'],
    [
      'words that look like flags',
      ['--privileged', 'web', 'echo', '--', '-u', '-d'],
      '-- -u -d\n',
    ],
  ])('%s', async (_, words, expected) => {
    expect(await live.out('exec', ...words)).toBe(expected)
  })

  test('the input, where it is wanted', async () => {
    const with_ = await fed(['-i', 'web', 'cat'], 'hello')
    const without = await fed(['web', 'cat'], 'hello')
    expect([with_, without]).toEqual(['hello', ''])
  })

  test('arguments that are not UTF-8 arrive as they are', async () => {
    const [program = '', ...words] = rockerCommand(live.root)
    const script = `"$@" exec web sh -c 'printf %s "$1" | od -An -tx1' sh "$(printf 'caf\\351')"`
    const { stdout } = spawnSync('sh', [
      '-c',
      script,
      'sh',
      program,
      ...words,
    ])
    expect(`${stdout}`.trim()).toBe('63 61 66 e9')
  })
})

describe('a user', () => {
  test.each([
    ['user', '1000 1000 29,1000 /home/user'],
    ['1000:7', '1000 7 7 /home/user'],
    ['2147483647', '2147483647 0 0 /'],
    ['', '0 0 0 /root'],
  ])('%j', async (user, expected) => {
    const groups = 'id -G | tr " " "\\n" | sort -n | paste -sd,'
    const script = `echo $(id -u) $(id -g) $(${groups}) $HOME`
    const words = ['-u', user, 'web', 'sh', '-c', script]
    expect(await live.out('exec', ...words)).toBe(`${expected}\n`)
  })

  test.each([
    ['with pipes', [], 'x\n'],
    ['with input', ['-i'], 'x\n'],
    ['at a terminal', ['-t'], 'x\r\n'],
  ])('opens its output once more, %s', async (_, flags, expected) => {
    const words = ['-u', '1000', ...flags, 'web', 'sh', '-c']
    const script = 'echo x > /dev/stdout; echo y 2> /dev/null > /dev/stderr'
    const { status, out } = await live.rocker('exec', ...words, script)
    expect({ status, out: out.replace(/y\r\n/, '') }).toEqual({
      status: 0,
      out: expected,
    })
  })

  test('is one of the files as they are now', async () => {
    await live.out(...sh('echo new:x:4711:4712::/new: >> /etc/passwd'))
    expect(
      await live.out(
        'exec',
        '-u',
        'new',
        'web',
        'sh',
        '-c',
        'id -u; echo $HOME',
      ),
    ).toBe('4711\n/new\n')
  })

  test('is never one of the host, wherever links lead', async () => {
    await live.start('sly', 'exec sleep 1000')
    const secret = `${live.root}/passwd`
    spawnSync('sh', ['-c', `echo sly:x:1:1::/: > ${secret}`])
    await live.out(
      ...['exec', 'sly', 'sh', '-c'],
      `rm /etc/passwd; ln -s ../../../../../../..${secret} /etc/passwd`,
    )
    const { status } = await typed(
      live.root,
      ...['exec', '-u', 'sly', 'sly', 'id'],
    )
    expect(status).toBe(126)
    await live.out('rm', '-f', 'sly')
  })
})

describe('no descriptor of the host’s is a way out (CVE-2024-21626)', () => {
  const folders = [
    ...['/proc/self/fd/9', '/proc/self/fd/251', '/proc/self/fd/3', '/link'],
    ...['/proc/self/fd/9/../../..', '/proc/self/cwd', '/proc/self/root'],
  ]

  test('whatever the caller has open, and wherever the folder is', async () => {
    await live.out(...sh('ln -sfn /proc/self/fd/9 /link'))
    const each = folders.map(async (folder) => {
      const words = ['-w', folder, 'web', 'ls', '-a', '.']
      const { status, out } = await withOpen(words)
      if (status === 0) expect(out).toContain('\nbin\n')
      else expect({ status, out }).toEqual({ status: 126, out: '' })
      expect(out).not.toContain('\nlost+found\n')
    })
    await Promise.all(each)
  })

  test('the process has three descriptors', async () => {
    const words = ['web', 'sh', '-c', 'ls /proc/$$/fd; :']
    expect((await withOpen(words)).out).toBe('0\n1\n2\n')
  })
})

describe('with a terminal', () => {
  test('one works as at one’s own', async () => {
    const person = new Person(live.root)
    onTestFinished(() => person.leaves())
    await person.sees('ready> ')
    person.type(`${line('exec', '-it', 'web', 'sh')}\n`)
    await person.sees('# ')
    person.type('stty size; tty; echo $TERM; id -u\n')
    expect(await person.sees(/xterm\r\n0\r\n/)).toContain('/dev/pts/')
    await person.sees('# ')
    person.type('sleep 7001\n')
    await person.sees('sleep 7001')
    await until('a sleep', () => inside('sleep 7001'))
    person.type('\x03') // ctrl-c is for the sleep, and not for rocker
    await person.sees('# ')
    person.type('exit 9\n')
    await person.sees('ready> ')
    person.type('echo "status:$?"\n')
    await person.sees('status:9\r\n')
  })

  test('who detaches leaves it running', async () => {
    const person = new Person(live.root)
    onTestFinished(() => person.leaves())
    await person.sees('ready> ')
    const keys = ['--detach-keys', 'ctrl-x,y']
    person.type(`${line('exec', '-it', ...keys, 'web', 'sh')}\n`)
    await person.sees('# ')
    person.type('exec sleep 3001\n')
    await person.sees('sleep 3001')
    await until('a sleep', () => inside('sleep 3001'))
    person.type('\x18y')
    expect(await person.runs('(exit $?)')).toContain('status:0')
    expect(inside('sleep 3001')).toBe(true)
    const [pid = 0] = await pidsOf(/sleep 3001$/)
    process.kill(pid)
    await until('its end', () => !inside('sleep 3001'))
  })

  test('without any input it is one too', async () => {
    expect(await live.out('exec', '-t', 'web', 'tty')).toMatch(
      /^\/dev\/pts\/\d+\r\n$/,
    )
  })
})

describe('in the background', () => {
  test('it runs on, and ends when it wants to', async () => {
    const script =
      'echo began > /tmp/told; sleep 1; echo ended >> /tmp/told'
    const { status, out, err } = await live.rocker(
      ...['exec', '-d', 'web', 'sh', '-c', script],
    )
    expect({ status, out, err }).toEqual({ status: 0, out: '', err: '' })
    const wait =
      'until [ "$(tail -1 /tmp/told)" = ended ]; do sleep 0.1; done'
    expect(await live.out(...sh(`${wait}; cat /tmp/told`))).toBe(
      'began\nended\n',
    )
  })
})

describe('the end', () => {
  test('of the container is the end of what was executed in it', async () => {
    await live.start('short', 'exec sleep 1000')
    const running = live.begin('exec', 'short', 'sleep', '4001')
    await until('a sleep', () => inside('sleep 4001'))
    await live.out('stop', '-t', '0', 'short')
    expect((await running.ended).status).toBe(137)
    await live.out('rm', 'short')
  })

  test('of the container comes also where the caller stands still', async () => {
    for (const how of [[], ['-i'], ['-t']]) {
      await live.start('still', 'exec sleep 1000')
      const words = ['exec', ...how, 'still', 'sleep', '4002']
      const { child, ended } = live.begin(...words)
      await until('a sleep', () => inside('sleep 4002'))
      child.kill('SIGSTOP')
      await live.out('rm', '-f', 'still')
      child.kill('SIGCONT')
      expect((await ended).status).toBe(137)
    }
  })

  test('of the caller, at any moment, leaves nothing inside', async () => {
    const here = await snapshot()
    const rounds = Number(process.env.ROCKER_KILLS ?? 10 * patience)
    for (let round = 0; round < rounds; round++) {
      const how = forms[round % forms.length] ?? '-i'
      // in the background it goes on without its caller, and so ends by itself
      const words = ['sleep', how.startsWith('-d') ? '0.5001' : '5001']
      const { child, ended } = live.begin('exec', how, 'web', ...words)
      const moment = (round / rounds) * 600 * patience
      setTimeout(() => child.kill('SIGKILL'), moment)
      await ended
    }
    await until('an end of all', () => !inside('sleep (0.)?5001'))
    const rows = await live.out('top', 'web', '-o', 'args')
    expect(rows).not.toMatch(/rocker|5001/)
    expect(await settled(here)).toEqual(here)
  }, 3_600_000)

  test('of its terminal, however that comes, is told', async () => {
    const { child, ended } = live.begin(
      'exec',
      '-t',
      'web',
      'sleep',
      '6001',
    )
    await until('a sleep', () => inside('sleep 6001'))
    child.kill('SIGKILL')
    await ended
    await until('its end', () => !inside('sleep 6001'))
  })

  test('is soon where there may be no more processes', async () => {
    await live.start('full', 'exec sleep 1000', '--pids-limit', '1')
    const { status, err } = await live.rocker('exec', 'full', 'true')
    expect(err).toContain('EAGAIN')
    expect(status).toBe(126)
    await live.out('rm', '-f', 'full')
  })

  test('a signal for rocker is one for the process', async () => {
    const script =
      'trap "echo got it; exit 3" TERM; echo ready; while :; do sleep 0.1; done'
    const { child, ended } = live.begin(...sh(script))
    let out = ''
    child.stdout?.on('data', (bytes) => {
      out += bytes
    })
    await until('ready', () => out.includes('ready'))
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ status: 3, out: 'ready\ngot it\n' })
  })
})

test('events tell of it: who came, when it ran, and how it ended', async () => {
  const since = `${Date.now() / 1000}`
  const words = ['web', 'sh', '-c', 'exit "3"']
  for (const how of ['-i', '-d']) await live.rocker('exec', how, ...words)
  const told = async () => {
    const span = ['--since', since, '--until', `${Date.now() / 1000}`]
    const lines = await live.out('events', ...span, '--format', 'json')
    return lines.trim().split('\n').map(eventOf)
  }
  let events = await told()
  while (events.length < 6) events = await told() // -d does not wait
  for (const id of new Set(events.map(({ execID }) => execID)))
    expect(events.filter(({ execID }) => execID === id)).toEqual([
      { action: 'exec_create: sh -c exit "3"', execID: id },
      { action: 'exec_start: sh -c exit "3"', execID: id },
      { action: 'exec_die', execID: id, exitCode: '3' },
    ])
})

function eventOf(line: string): Record<string, string> {
  const { Action: action, Actor } = JSON.parse(line)
  const { execID, exitCode } = Actor.Attributes
  return { action, execID, ...(exitCode ? { exitCode } : {}) }
}

test('the plan is explained, also of a container that does not run', async () => {
  await live.make('still', 'exec sleep 1000')
  for (const name of ['web', 'still']) {
    const told = await live.out('explain', 'exec', '-t', name, 'ls', '-l')
    expect(told).toContain('setns({pidfd}, ')
    expect(told).toContain('"ls", "-l"')
  }
  await live.out('rm', 'still')
})

test('many containers at once', async () => {
  const names = Array.from({ length: 3 }, (_, i) => `many-${i}`)
  for (const name of names)
    await live.start(name, 'exec sleep 1000', '--hostname', name)
  const told = await Promise.all(
    names.map((name) => live.out('exec', name, 'hostname')),
  )
  expect(told).toEqual(names.map((name) => `${name}\n`))
  await live.out('rm', '-f', ...names)
})

/** As somebody types it. */
function line(...words: readonly string[]): string {
  return [...rockerCommand(live.root), ...words].join(' ')
}

/** What it prints, with this for its input. */
async function fed(
  words: readonly string[],
  input: string,
): Promise<string> {
  const [program = '', ...more] = rockerCommand(live.root)
  const child = spawn(program, [...more, 'exec', ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const out = text(child.stdout)
  child.stdin.on('error', () => {}).end(input)
  await once(child, 'close')
  return out
}

/** By a caller who has folders of the host open, as 9 and as 251. */
async function withOpen(words: readonly string[]) {
  const script = 'exec 9< / 251< /; exec "$@"'
  const all = [...rockerCommand(live.root), 'exec', ...words]
  const child = spawn('bash', ['-c', script, 'bash', ...all])
  const out = text(child.stdout)
  const [status] = await once(child, 'close')
  return { status, out: await out }
}

async function pidsOf(command: RegExp): Promise<number[]> {
  const rows = await live.out('top', 'web', '-o', 'pid,args')
  return rows
    .split('\n')
    .filter((row) => command.test(row))
    .map((row) => Number.parseInt(row, 10))
}

/** Whether there is a process on this machine with these words. */
function inside(words: string): boolean {
  const found = spawnSync('pgrep', ['-fx', words], { encoding: 'utf8' })
  return found.stdout.trim() !== ''
}
