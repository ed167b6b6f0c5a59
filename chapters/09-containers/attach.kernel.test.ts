// What a client makes of its streams, its signals and its terminal: the real
// one, and the one with sanitizers.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, describe, expect, test } from 'vitest'

import { atTerminal, type Step } from '../../test/support/at-terminal.ts'
import {
  Client,
  endAll,
  isAlive,
  logged,
  monitored,
  oneMore,
  readLog,
  until,
  type Wanted,
} from '../../test/support/monitored.ts'
import { played, sanitizedShim } from '../../test/support/played.ts'
import { settled, snapshot } from '../../test/support/snapshot.ts'
import {
  type Argument,
  type Syscall,
  struct,
} from '../01-syscalls/syscall.ts'
import { shimPath } from '../02-process/plan-file.ts'

import { inBackground } from './attach.ts'

const folder = mkdtempSync(join(tmpdir(), 'attach-'))
afterEach(endAll)

const before = await snapshot()
afterAll(async () => {
  rmSync(folder, { recursive: true })
  expect(await settled(before)).toEqual(before)
})

let count = 0
const newFolder = () => {
  const path = join(folder, `${count++}`)
  mkdirSync(path)
  return path
}
const loop = 'while :; do sleep 0.02; done'
const [ctrlC, ctrlP, ctrlQ] = ['\x03', '\x10', '\x11']
const keys = Buffer.from(`${ctrlP}${ctrlQ}`)

describe.each([
  ['a client', shimPath()],
  ['a client with sanitizers', sanitizedShim()],
])('%s', (_, program) => {
  const start = (wanted: Wanted) => new Client(monitored(wanted), program)
  const connect = (path: string, how = {}) =>
    new Client(oneMore(path, how), program)

  describe('the input', () => {
    test('reaches the process, and ends with ours where it is for once', async () => {
      const client = start({ script: 'cat; echo end', stdinOnce: true })
      client.types('a\0b\n')
      client.types(Buffer.alloc(300_000, 'x'))
      expect(await client.ends()).toBe(0)
      expect(`${client.stdout}`).toBe(`a\0b\n${'x'.repeat(300_000)}end\n`)
    })

    test('ends with a client that is killed, where it is for once', async () => {
      const log = { path: join(newFolder(), 'log') }
      const client = start({
        script: 'cat; echo end',
        stdinOnce: true,
        log,
      })
      const monitor = await client.monitor()
      client.types('typed')
      await client.prints('typed')
      client.shim.kill('SIGKILL')
      await until('the end', () => !isAlive(monitor))
      expect(`${logged(readLog(log.path), 'stdout')}`).toBe('typedend\n')
    })

    test('stays open for the next one, where it is not', async () => {
      const listen = join(newFolder(), 'attach')
      const first = start({ script: 'cat', listen })
      const monitor = await first.monitor()
      first.types('one\n')
      await first.prints('one\n')
      first.shim.stdin?.end()
      const second = connect(listen)
      second.types('two\n')
      await second.prints('two\n')
      expect(isAlive(monitor)).toBe(true)
      second.shim.kill('SIGTERM')
      expect(await second.ends()).toBe(143)
      expect(await first.ends()).toBe(143)
      expect(`${first.stdout}`).toBe('one\ntwo\n')
    })

    test('that nobody reads is no obstacle to a signal, nor to the end', async () => {
      const client = start({
        script: `trap 'exit 3' TERM; echo go; ${loop}`,
      })
      await client.prints('go')
      client.types(Buffer.alloc(1 << 20))
      await until('a full pipe', () => client.shim.stdin?.writableNeedDrain)
      client.shim.kill('SIGTERM')
      expect(await client.ends()).toBe(3)
    })

    test('that the process has closed goes nowhere', async () => {
      const client = start({
        script: 'exec <&-; echo go; sleep 0.3; exit 4',
      })
      await client.prints('go')
      client.types(Buffer.alloc(200_000))
      expect(await client.ends()).toBe(4)
    })

    test('is none for a client without one', async () => {
      const script = 'echo go; read x && echo typed'
      const how = { stdin: false }
      const client = start({ script, stdinOnce: true, how })
      const monitor = await client.monitor()
      client.types('typed\n')
      await client.prints('go')
      process.kill(monitor, 'SIGTERM')
      expect(await client.ends()).toBe(143)
      expect(`${client.stdout}`).toBe('go\n')
    })
  })

  test('two clients see the same, and both type', async () => {
    const listen = join(newFolder(), 'attach')
    const script = 'echo go; read x; echo $x; read x; echo $x >&2; exit 8'
    const first = start({ script, listen })
    await first.prints('go')
    const second = connect(listen)
    second.types('one\n')
    await first.prints('one')
    first.types('two\n')
    expect([await first.ends(), await second.ends()]).toEqual([8, 8])
    expect(`${first.stdout}`).toBe('go\none\n')
    expect(`${second.stdout}`).toBe('one\n')
    expect(`${first.stderr}${second.stderr}`).toBe('two\ntwo\n')
  })

  describe('a signal', () => {
    const names = [
      'TERM',
      'INT',
      'HUP',
      'QUIT',
      'USR1',
      'USR2',
      'WINCH',
      'TSTP',
    ]
    test.each(names)(
      '%s for the client reaches the process',
      async (name) => {
        const script = `trap 'echo got ${name}; exit 7' ${name}; echo go; ${loop}`
        const client = start({ script })
        await client.prints('go')
        client.shim.kill(`SIG${name}` as NodeJS.Signals)
        expect(await client.ends()).toBe(7)
        expect(`${client.stdout}`).toBe(`go\ngot ${name}\n`)
      },
    )

    test.each([
      ['TERM', 143],
      ['INT', 130],
      ['HUP', 129],
    ] as const)(
      '%s ends a client that keeps it to itself',
      async (name, status) => {
        const script = `trap '' ${name}; echo go; ${loop}`
        const client = start({ script, how: { proxy: false } })
        const monitor = await client.monitor()
        await client.prints('go')
        client.shim.kill(`SIG${name}`)
        expect(await client.ends()).toBe(status)
        expect(isAlive(monitor)).toBe(true)
      },
    )

    test('INT, for the third time, ends a process that ignores it', async () => {
      const script = `trap 'echo no' INT; echo go; ${loop}`
      const client = start({ script })
      await client.prints('go')
      for (const times of [1, 2]) {
        client.shim.kill('SIGINT')
        await client.prints('no\n'.repeat(times))
      }
      client.shim.kill('SIGINT')
      expect(await client.ends()).toBe(137)
    })
  })

  describe('the end', () => {
    test('is as soon as the process runs, in the background', async () => {
      const pid = join(newFolder(), 'pid')
      const script = `echo $PPID >${pid}.new; mv ${pid}.new ${pid}; sleep 100`
      const client = start({ script, how: inBackground })
      expect(await client.ends()).toBe(0)
      await until('a process', () => existsSync(pid))
      const monitor = Number(readFileSync(pid, 'utf8'))
      expect(isAlive(monitor)).toBe(true)
    })

    test('in the background is a failure where it never runs', async () => {
      const script = 'true'
      const plan = monitored({ script, how: inBackground })
      const nowhere = JSON.parse(
        JSON.stringify(plan).replaceAll('/bin/sh', '/no/sh'),
      )
      const { status } = await played(nowhere, { program })
      expect(status).toBe(127)
    })

    test('where nobody reads what it shows leaves the process alone', async () => {
      const client = start({ script: 'while :; do echo y; done' })
      const monitor = await client.monitor()
      await client.prints('y')
      client.shim.stdout?.destroy()
      expect(await client.ends()).toBe(141)
      expect(isAlive(monitor)).toBe(true)
    })

    test('of the monitor is one, and an error for who is not its parent', async () => {
      const listen = join(newFolder(), 'attach')
      const first = start({ script: 'echo go; sleep 100', listen })
      await first.prints('go')
      const monitor = await first.monitor()
      const open = () => readdirSync(`/proc/${monitor}/fd`).length
      const before = open()
      const second = played(oneMore(listen, { stdin: false }), { program })
      await until('a second client', () => open() > before)
      process.kill(monitor, 'SIGKILL')
      expect(await first.ends()).toBe(137)
      const { failure, status } = await second
      expect(status).toBe(125)
      expect(failure?.message).toContain('ECONNRESET')
    })
  })

  describe('the keys that detach', () => {
    const ab = Buffer.from('ab')
    test.each<[string, Buffer, string[], string, boolean]>([
      ['at once', keys, [`${ctrlP}${ctrlQ}`], '', true],
      ['one after the other', keys, [ctrlP, ctrlQ], '', true],
      ['behind other input', ab, ['12', '3ab', '4'], '123', true],
      ['not', ab, ['a', 'cb', 'ba'], 'acbb', false],
      ['a beginning alone', ab, ['xa'], 'x', false],
      ['a beginning, twice', ab, ['aab'], 'a', true],
      ['in what repeats', Buffer.from('aab'), ['aa', 'a', 'b'], 'a', true],
      [
        'broken in what repeats',
        Buffer.from('abac'),
        ['ababac'],
        'ab',
        true,
      ],
      ['none', Buffer.alloc(0), [`${ctrlP}${ctrlQ}`], '\x10\x11', false],
    ])('are typed %s', async (_, detach, typed, passed, isDetached) => {
      const log = { path: join(newFolder(), 'log') }
      const script = 'exec cat'
      const client = start({ script, log, how: { keys: detach } })
      const monitor = await client.monitor()
      for (const [i, text] of typed.entries()) {
        if (i) await new Promise((resolve) => setTimeout(resolve, 30))
        client.types(text)
      }
      const seen = () => `${logged(readLog(log.path), 'stdout')}`
      await until(passed, () => seen() === passed)
      if (isDetached) expect(await client.ends()).toBe(0)
      else expect(isAlive(client.pid)).toBe(true)
      expect(isAlive(monitor)).toBe(true)
      expect(seen()).toBe(passed)
    })

    test('are passed on where the input ends in the midst of them', async () => {
      const how = { keys: Buffer.from('abc') }
      const client = start({ script: 'cat', stdinOnce: true, how })
      client.types('xab')
      expect(await client.ends()).toBe(0)
      expect(`${client.stdout}`).toBe('xab')
    })
  })

  const keysElsewhere = struct({
    ends: ['inline', Buffer.alloc(48, 0xff)],
    keys: [8, 4096],
    keysLength: [8, 2],
  })
  test.each<[string, Argument]>([
    ['no pointer', null],
    ['a pointer elsewhere', 4096],
    ['a pointer to too little', Buffer.alloc(8)],
    ['a pointer to keys elsewhere', keysElsewhere],
  ])('options that are %s are refused', async (_, options) => {
    const call: Syscall = { name: 'attach', args: [-1, 0, options] }
    const { failure } = await played(
      { main: [call], after: [] },
      { program },
    )
    expect(failure?.message).toContain('EFAULT')
  })

  test('more than 64 keys to detach by are refused', async () => {
    const how = { keys: Buffer.alloc(65, 'a') }
    const { failure } = await played(monitored({ script: 'true', how }), {
      program,
    })
    expect(failure?.message).toContain('EINVAL')
  })

  describe('at a terminal', () => {
    const sit = async (wanted: Partial<Wanted>, steps: Step[]) => {
      const log = { path: join(newFolder(), 'log') }
      const all = { script: 'true', terminal: true, log, ...wanted }
      const sitting = await atTerminal(monitored(all), program, steps)
      return {
        ...sitting,
        log: () => `${logged(readLog(log.path), 'stdout')}`,
      }
    }
    const ready = 'echo ready'

    test('every key is the container’s, and after it the terminal is as before', async () => {
      const script = `stty raw -echo; ${ready}; head -c 3 | od -An -tx1; exit 9`
      const { notes, screen } = await sit({ script }, [
        ['see', 'ready'],
        ['mode'],
        ['type', `${ctrlC}\x1a\x04`],
        ['see', '03 1a 04'],
        ['end'],
        ['mode'],
      ])
      expect(notes).toEqual(['raw', 9, 'as before'])
      expect(screen).toBe('ready\n 03 1a 04\n')
    })

    test('ctrl-c is a signal inside', async () => {
      const script = `trap 'echo INT; exit 5' INT; ${ready}; ${loop}`
      const { notes } = await sit({ script }, [
        ['see', 'ready'],
        ['type', ctrlC],
        ['see', 'INT'],
        ['end'],
      ])
      expect(notes).toEqual([5])
    })

    test.each<[string, Partial<Wanted>, number]>([
      ['for the process', {}, 3],
      ['for the client alone', { how: { proxy: false } }, 143],
    ])('SIGTERM %s leaves it as before', async (_, wanted, status) => {
      const script = `trap 'exit 3' TERM; ${ready}; ${loop}`
      const { notes } = await sit({ script, ...wanted }, [
        ['see', 'ready'],
        ['become', 'raw'],
        ['signal', 'SIGTERM'],
        ['end'],
        ['mode'],
      ])
      expect(notes).toEqual([status, 'as before'])
    })

    test('kill -9 of the client leaves it as before', async () => {
      const script = `${ready}; exec sleep 100`
      const { notes } = await sit({ script }, [
        ['see', 'ready'],
        ['become', 'raw'],
        ['signal', 'SIGKILL'],
        ['end'],
        ['become', 'as before'],
      ])
      expect(notes).toEqual([-9])
    })

    test('that the client stops at, the shell has it meanwhile', async () => {
      const script = `${ready}; read x; exit 6`
      const { notes } = await sit({ script }, [
        ['see', 'ready'],
        ['become', 'raw'],
        ['signal', 'SIGTSTP'],
        ['stop'],
        ['mode'],
        ['signal', 'SIGCONT'],
        ['become', 'raw'],
        ['type', '\r'],
        ['end'],
        ['mode'],
      ])
      expect(notes).toEqual(['as before', 6, 'as before'])
    })

    test('its size is the container’s, from the first on and after a storm', async () => {
      const is = (size: string) =>
        `while [ "$(stty size)" != "${size}" ]; do sleep 0.02; done; echo ${size}`
      const script = `${is('24 80')}; ${is('30 100')}; ${is('33 77')}; exit 2`
      const { notes } = await sit({ script }, [
        ['see', '24 80'],
        ['size', 30, 100],
        ['see', '30 100'],
        ['storm', 1000],
        ['see', '33 77'],
        ['end'],
      ])
      expect(notes).toEqual([2])
    })

    test('who detaches finds the terminal as before, and can come back', async () => {
      const listen = join(newFolder(), 'attach')
      const script = `stty -echo; ${ready}; while read x; do echo "<$x>"; [ "$x" = end ] && exit 4; done`
      const { notes, screen } = await sit(
        { script, listen, how: { keys } },
        [
          ['see', 'ready'],
          ['type', `a${ctrlP}b\r`],
          ['see', `<a${ctrlP}b>`],
          ['type', ctrlP],
          ['type', ctrlQ],
          ['end'],
          ['mode'],
        ],
      )
      expect(notes).toEqual([0, 'as before'])
      expect(screen).not.toContain('^P')
      const again = await atTerminal(
        oneMore(listen, { terminal: true, keys }),
        program,
        [
          ['become', 'raw'],
          ['type', 'end\r'],
          ['see', '<end>'],
          ['end'],
          ['mode'],
        ],
      )
      expect(again.notes).toEqual([4, 'as before'])
    })

    test('a window that is closed ends the client, and not the process', async () => {
      const listen = join(newFolder(), 'attach')
      const script = `stty -echo; ${ready}; read x; echo "<$x>"; exit 5`
      const { notes } = await sit(
        { script, listen, how: { proxy: false } },
        [['see', 'ready'], ['become', 'raw'], ['hang up']],
      )
      expect(notes).toEqual([129])
      const next = connect(listen)
      next.types('there\n')
      expect(await next.ends()).toBe(5)
      expect(`${next.stdout}`).toBe('<there>\r\n')
    })

    test('a window that is closed is told, and the client sees how that ends', async () => {
      const script = `trap 'sleep 0.2; echo heard; exit 3' HUP; ${ready}; ${loop}`
      const { notes, log } = await sit({ script }, [
        ['see', 'ready'],
        ['become', 'raw'],
        ['hang up'],
      ])
      expect(notes).toEqual([3])
      expect(log()).toContain('heard')
    })

    test('a megabyte comes without a gap, and stands in the log', async () => {
      const lines = 150_000
      const { screen, notes, log } = await sit(
        { script: `seq ${lines}; echo; exit 1` },
        [['see', `${lines}\r\n\r\n`], ['end']],
      )
      const wanted = Array.from({ length: lines }, (_, i) => `${i + 1}\r\n`)
      expect(screen).toBe(`${wanted.join('')}\r\n`)
      expect(log()).toBe(screen)
      expect(notes).toEqual([1])
    })

    test('what a process has printed just before its end is there', async () => {
      for (let i = 0; i < 10; i++) {
        const { screen } = await sit({ script: 'seq 500; kill -9 $$' }, [
          ['end'],
        ])
        expect(screen).toMatch(/\r\n500\r\n$/)
      }
    })

    test('that a process closes and opens again is still its own', async () => {
      const script = `t=$(tty); ${ready}; exec <&- >&- 2>&-; sleep 0.2
        exec <$t >$t 2>$t; echo again; read x; exit 8`
      const { notes } = await sit({ script }, [
        ['see', 'ready'],
        ['see', 'again'],
        ['type', '\r'],
        ['end'],
      ])
      expect(notes).toEqual([8])
    })
  })
})
