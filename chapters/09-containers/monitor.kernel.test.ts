// What a monitor makes of the output, the clients and the end of its process:
// the real one, and the one with sanitizers.

import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, afterEach, describe, expect, test } from 'vitest'

import {
  Client,
  childrenOf,
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
import { type Argument, result, struct } from '../01-syscalls/syscall.ts'
import { execute } from '../02-process/execute.ts'
import type { Plan } from '../02-process/plan.ts'
import { shimPath } from '../02-process/plan-file.ts'
import { clone } from '../02-process/run-process.ts'

import { monitorProcess } from './monitor.ts'

const folder = mkdtempSync(join(tmpdir(), 'monitor-'))
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
const env = ['PATH=/usr/bin:/bin']
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex')

describe.each([
  ['the monitor', shimPath()],
  ['the monitor with sanitizers', sanitizedShim()],
])('%s', (name, program) => {
  const isReal = name === 'the monitor'
  const start = (wanted: Wanted) => new Client(monitored(wanted), program)
  const withLog = (rest: Partial<Wanted['log']> = {}) => ({
    log: { path: join(newFolder(), 'log'), ...rest },
  })

  describe('the status', () => {
    const codes = isReal
      ? Array.from({ length: 256 }, (_, i) => i)
      : [0, 255]
    test('of the process is the client’s, from 0 to 255', async () => {
      for (const code of codes)
        expect(await start({ script: `exit ${code}` }).ends()).toBe(code)
    })

    test.each([1, 2, 9, 11, 15, 34, 64])(
      'is 128 more where signal %i has ended it',
      async (signal) => {
        const script = `ulimit -c 0; kill -${signal} $$; sleep 5`
        expect(await start({ script }).ends()).toBe(128 + signal)
      },
    )
  })

  describe('the log', () => {
    test('keeps stdout and stderr apart, each with its time', async () => {
      const { log } = withLog()
      const before = Date.now()
      const client = start({
        script: 'echo one; sleep 0.1; echo two >&2; sleep 0.1; echo three',
        log,
      })
      expect(await client.ends()).toBe(0)
      expect(`${client.stdout}`).toBe('one\nthree\n')
      expect(`${client.stderr}`).toBe('two\n')
      const records = readLog(log.path)
      expect(
        records.map((one) => [
          one.stream,
          'bytes' in one && `${one.bytes}`,
        ]),
      ).toEqual([
        ['stdout', 'one\n'],
        ['stderr', 'two\n'],
        ['stdout', 'three\n'],
      ])
      const times = records.map(
        (one) => one.seconds * 1000 + one.nanoseconds / 1e6,
      )
      expect([before, ...times, Date.now() + 1]).toEqual(
        [before, ...times, Date.now() + 1].sort((a, b) => a - b),
      )
      expect(statSync(log.path).mode & 0o777).toBe(0o600)
    })

    test('keeps every byte: a long line, NULs, no UTF-8, no line feed at the end', async () => {
      const { log } = withLog()
      const written = Buffer.concat([
        Buffer.alloc(100_000, 'x'),
        Buffer.from('\na\0b\0\n\n\xff\xfe\xc3\x28\n', 'latin1'),
        Buffer.from('1795326000.123456789 oF 3\nend'),
      ])
      const path = join(newFolder(), 'written')
      writeFileSync(path, written)
      const client = start({ script: `cat ${path}`, log })
      await client.ends()
      expect(client.stdout).toEqual(written)
      const records = readLog(log.path)
      expect(logged(records, 'stdout')).toEqual(written)
      // the last line has none, and ends all the same
      expect(records.at(-1)).toMatchObject({ endsLine: true })
      const ends = records.filter(
        (one) => 'endsLine' in one && one.endsLine,
      )
      expect(ends).toHaveLength(6)
    })

    const megabytes = isReal ? 100 : 5
    test(`and a client get ${megabytes} MB as they are`, async () => {
      const path = join(folder, 'random')
      writeFileSync(path, '')
      const random = `head -c ${megabytes}000000 /dev/urandom`
      execFileSync('sh', ['-c', `${random} > ${path}`])
      const { log } = withLog()
      const client = start({ script: `cat ${path}`, log })
      const hash = createHash('md5')
      client.shim.stdout?.removeAllListeners('data')
      client.shim.stdout?.on('data', (bytes) => hash.update(bytes))
      expect(await client.ends()).toBe(0)
      const wanted = md5(readFileSync(path))
      expect(hash.digest('hex')).toBe(wanted)
      expect(md5(logged(readLog(log.path), 'stdout'))).toBe(wanted)
    })

    test.each([
      [10_000, 3],
      [10_000, 1],
      [20_000, 2],
    ])(
      'has files of at most %i bytes, %i of them, and the newest output',
      async (maxBytes, maxFiles) => {
        const { log } = withLog({ maxBytes, maxFiles })
        const client = start({ script: 'seq 20000', log })
        await client.ends()
        const names = readdirSync(join(log.path, '..')).sort()
        expect(names).toEqual(['log', 'log.1', 'log.2'].slice(0, maxFiles))
        for (const name of names) {
          const { size } = statSync(join(log.path, '..', name))
          expect(size).toBeGreaterThan(0)
          expect(size).toBeLessThanOrEqual(maxBytes)
        }
        const kept = `${logged(readLog(log.path), 'stdout')}`
        const newest = `${client.stdout}`.slice(-kept.length)
        expect(kept).toBe(newest)
        expect(kept.length).toBeGreaterThan(1000)
      },
    )

    test('goes on in the file of the last run', async () => {
      const { log } = withLog()
      await start({ script: 'printf one', log }).ends()
      await start({ script: 'printf two', log }).ends()
      const records = readLog(log.path)
      expect(`${logged(records, 'stdout')}`).toBe('onetwo')
      // a line of the first run does not go on in the second
      expect(
        records.map((one) => 'endsLine' in one && one.endsLine),
      ).toEqual([false, true, false, true])
    })

    test('of a full disk counts what it drops, and the process goes on', async () => {
      const disk = newFolder()
      const size = ['-o', 'size=256k']
      execFileSync('mount', ['-t', 'tmpfs', ...size, 'small', disk])
      try {
        const other = join(disk, 'other')
        writeFileSync(other, Buffer.alloc(128 << 10))
        const log = { path: join(disk, 'log') }
        const script = 'seq 60000; echo full >&2; read x; echo $x; exit 7'
        const client = start({ script, log })
        await until('an end of seq', () => client.stderr.length > 0)
        rmSync(other)
        client.types('again\n')
        await client.prints('again')
        expect(await client.ends()).toBe(7)
        expect(`${client.stdout}`.split('\n')).toHaveLength(60_002)
        const records = readLog(log.path)
        const lost = records.reduce(
          (sum, one) => sum + (one.stream === 'dropped' ? one.count : 0),
          0,
        )
        expect(lost).toBeGreaterThan(1000)
        expect(records.length + lost).toBeGreaterThan(60_000)
        expect(`${logged(records.slice(-1), 'stdout')}`).toBe('again\n')
      } finally {
        execFileSync('umount', ['-l', disk])
      }
    })

    test('that cannot be made is why nothing starts', async () => {
      const { status } = await played(
        monitored({ script: 'sleep 9', log: { path: '/no/such/log' } }),
        { program },
      )
      expect(status).toBe(125)
    })

    test('may be none at all', async () => {
      const client = start({ script: 'seq 100000' })
      expect(await client.ends()).toBe(0)
      expect(`${client.stdout}`).toBe(numbers(100_000))
    })
  })

  describe('the process', () => {
    test('goes on where its client is killed, and its log is complete', async () => {
      const { log } = withLog()
      const go = signalFile()
      const client = start({
        script: `echo go; ${go.wait}; seq 50000`,
        log,
      })
      const monitor = await client.monitor()
      await client.prints('go')
      client.shim.kill('SIGKILL')
      await client.ends()
      go.give()
      await until('the end', () => !isAlive(monitor))
      const all = `${logged(readLog(log.path), 'stdout')}`
      expect(all).toBe(`go\n${numbers(50_000)}`)
    })

    test('ends with its monitor, and the client says so', async () => {
      const client = start({ script: 'echo go; exec sleep 100' })
      await client.prints('go')
      const monitor = await client.monitor()
      const [pid = 0] = childrenOf(monitor)
      process.kill(monitor, 'SIGKILL')
      expect(await client.ends()).toBe(137)
      await until('its end', () => !isAlive(pid))
    })

    test('that leaves another behind has ended', async () => {
      const client = start({ script: 'sleep 2 & echo done' })
      await client.prints('done')
      await until('the end', () => !isAlive(client.pid))
    })

    test('gets SIGTERM from the monitor, and nothing else that it is sent', async () => {
      const names = ['INT', 'HUP', 'QUIT', 'USR1', 'WINCH']
      const client = start({
        script: `for s in ${names.join(' ')}; do trap "echo $s" $s; done
          trap 'echo TERM; exit 3' TERM; echo go
          while :; do sleep 0.02; done`,
      })
      await client.prints('go')
      const monitor = await client.monitor()
      for (const signal of [...names, 'TERM'])
        process.kill(monitor, `SIG${signal}`)
      expect(await client.ends()).toBe(3)
      expect(`${client.stdout}`).toBe('go\nTERM\n')
    })
  })

  describe('a client that is stopped', () => {
    test('holds the process back, and misses nothing', async () => {
      const { log } = withLog()
      const go = signalFile()
      const client = start({
        script: `echo go; ${go.wait}; seq 300000`,
        log,
      })
      await client.prints('go')
      client.shim.kill('SIGSTOP')
      go.give()
      const size = () => statSync(log.path).size
      await until('output', () => size() > 100_000)
      expect(await steady(size)).toBeLessThan(2_000_000)
      client.shim.kill('SIGCONT')
      expect(await client.ends()).toBe(0)
      expect(`${client.stdout}`).toBe(`go\n${numbers(300_000)}`)
      expect(logged(readLog(log.path), 'stdout')).toEqual(client.stdout)
    })

    test('does not hold up the end, and finds all of the output', async () => {
      const { log } = withLog()
      const client = start({ script: 'echo go; exec seq 9000000', log })
      await client.prints('go')
      const monitor = await client.monitor()
      client.shim.kill('SIGSTOP')
      await steady(() => statSync(log.path).size) // all that fits is on its way
      process.kill(monitor, 'SIGTERM') // for the process
      await until('the end', () => !isAlive(monitor))
      client.shim.kill('SIGCONT')
      expect(await client.ends()).toBe(143)
      expect(client.stdout.length).toBeGreaterThan(100_000)
      expect(logged(readLog(log.path), 'stdout')).toEqual(client.stdout)
    })

    test('and killed then lets the process go on', async () => {
      const go = signalFile()
      const client = start({ script: `echo go; ${go.wait}; seq 300000` })
      await client.prints('go')
      const monitor = await client.monitor()
      client.shim.kill('SIGSTOP')
      go.give()
      client.shim.kill('SIGKILL')
      await until('the end', () => !isAlive(monitor))
    })
  })

  describe('the socket', () => {
    const listening = async (
      script: string,
      rest: Partial<Wanted> = {},
    ) => {
      const listen = join(newFolder(), 'attach')
      const client = start({ script, listen, ...rest })
      await client.prints('go')
      return { client, listen, monitor: await client.monitor() }
    }

    test('lets 500 clients come and be killed, and nothing is left', async () => {
      const { client, listen, monitor } = await listening(
        'echo go; while read x; do echo $x; done',
      )
      const before = descriptors(monitor)
      const script = `
import os, signal, socket, sys
for i in range(500):
    pid = os.fork()
    if pid == 0:
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.connect(sys.argv[1])
        assert s.recv(10) == b"s"
        s.send(b"i" + b"typed\\n")
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitpid(pid, 0)[1] == 9`
      python(script, listen)
      client.types('end\n')
      await client.prints('end\n')
      await until('nobody else', () => descriptors(monitor) === before)
    })

    test('turns everybody away but root and its own user', async () => {
      const { listen } = await listening('echo go; read x')
      chmodSync(folder, 0o755)
      chmodSync(join(listen, '..'), 0o755)
      chmodSync(listen, 0o777)
      const script = `
import os, socket, sys
os.setgroups([])
os.setresgid(*[int(sys.argv[2])] * 3)
os.setresuid(*[int(sys.argv[2])] * 3)
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect(sys.argv[1])
print(s.recv(10))`
      expect(python(script, listen, '65534')).toBe("b''\n")
      expect(python(script, listen, '0')).toBe("b's'\n")
    })

    test('has room for 64, and the next one is sent away', async () => {
      const { client, listen } = await listening('echo go; read x; echo $x')
      const script = `
import socket, sys
def connect():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.connect(sys.argv[1])
    return s
many = [connect() for i in range(63)]
assert all(s.recv(10) == b"s" for s in many)
assert connect().recv(10) == b""
many.pop().close()
while connect().recv(10) != b"s": pass
many[0].send(b"iall\\n")
for s in many:
    said = [s.recv(100) for i in range(3)]
    assert b"oall\\n" in said and b"x\\0" in said, said`
      python(script, listen)
      expect(await client.ends()).toBe(0)
      expect(`${client.stdout}`).toBe('go\nall\n')
    })

    test('that there is no descriptor for waits until there is one', async () => {
      const { client, listen, monitor } = await listening(
        'echo go; read x; echo $x; read x',
      )
      const limit = (number: number | string) =>
        execFileSync('prlimit', ['-p', `${monitor}`, `--nofile=${number}:`])
      limit(descriptors(monitor))
      const next = new Client(oneMore(listen, { stdin: false }), program)
      const wakeups = await steady(() => switches(monitor))
      await sleep(300)
      expect(switches(monitor)).toBe(wakeups)
      limit(1000)
      client.types('all\n')
      await client.prints('all')
      client.types('\n')
      expect([await client.ends(), await next.ends()]).toEqual([0, 0])
    })

    test.each<[string, string]>([
      ['no message', 'b""'],
      ['an unknown one', 'b"?"'],
      ['one that only a monitor sends', 'b"x\\1"'],
      ['a size that is none', 'b"w123"'],
      ['a signal that is none', 'b"k"'],
      ['more input than may be', 'b"i" + b"x" * 20000'],
      ['input before the last is taken', 'b"i" + b"x" * 16000'],
    ])('drops a client that sends %s', async (_, message) => {
      const { client, listen } = await listening(
        'echo go; trap "exit 4" TERM; while :; do sleep 0.02; done',
      )
      const script = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect(sys.argv[1])
assert s.recv(10) == b"s"
try:
    for i in range(100): s.send(${message})
except OSError: pass
try:
    while s.recv(10) != b"": pass
except ConnectionResetError: pass`
      python(script, listen)
      client.shim.kill('SIGTERM')
      expect(await client.ends()).toBe(4)
    })

    test('ignores a signal that there is not', async () => {
      const { client, listen } = await listening('echo go; read x; exit 6')
      const script = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect(sys.argv[1])
for n in (0, 65, 200, 255): s.send(bytes([ord("k"), n]))
s.send(b"i\\n")
while s.recv(10) != b"x\\6": pass`
      python(script, listen)
      expect(await client.ends()).toBe(6)
    })
  })

  if (isReal)
    test('needs less than 200 kB, and sleeps as long as nothing happens', async () => {
      const { log } = withLog({ maxBytes: 100_000, maxFiles: 3 })
      const client = start({
        script: 'seq 200000; read x; cat; sleep 100',
        log,
      })
      await client.prints('200000\n')
      client.types(`\n${'typed\n'.repeat(10_000)}`)
      await until('input', () => client.stdout.length > 1_348_000)
      const monitor = await client.monitor()
      const kB = proportional(monitor)
      expect(kB).toBeGreaterThan(0)
      expect(kB).toBeLessThan(200)
      const wakeups = await steady(() => switches(monitor))
      await sleep(500)
      expect(switches(monitor)).toBe(wakeups)
    })

  const inTheMidst = struct({
    ends: ['inline', Buffer.alloc(56, 0xff)],
    log: [8, 4096],
    limits: ['inline', Buffer.alloc(16)],
  })
  test.each<[string, Argument]>([
    ['no pointer', null],
    ['a pointer elsewhere', 4096],
    ['a pointer to too little', Buffer.alloc(8)],
    ['a pointer to a pointer elsewhere', inTheMidst],
  ])('refuses options that are %s', async (_, options) => {
    const plan: Plan = {
      main: [
        ...clone({ child: execute({ argv: ['sleep', '100'], env }) }),
        { name: 'monitor', args: [result('pid'), options] },
      ],
      after: [],
    }
    const { failure, status } = await played(plan, { program })
    expect(status).toBe(125)
    expect(failure?.message).toContain('EFAULT')
  })

  test('refuses more files than anybody can read', async () => {
    const path = join(newFolder(), 'log')
    const log = { path, maxFiles: 10_001 }
    const plan = monitored({ script: 'sleep 9', log })
    expect((await played(plan, { program })).status).toBe(125)
  })

  test('refuses to wait for a process that is not its child', async () => {
    const plan: Plan = { main: monitorProcess({ pid: 1 }), after: [] }
    const { failure } = await played(plan, { program })
    expect(failure?.message).toContain('ECHILD')
  })
})

/** What `seq` prints. */
function numbers(last: number): string {
  return Array.from({ length: last }, (_, i) => `${i + 1}\n`).join('')
}

/** What a script waits for, and what ends its wait. */
function signalFile(): { readonly wait: string; give(): void } {
  const path = join(newFolder(), 'go')
  return {
    wait: `while [ ! -e ${path} ]; do sleep 0.02; done`,
    give: () => writeFileSync(path, ''),
  }
}

function python(script: string, ...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(
    'python3',
    ['-c', script, ...args],
    { encoding: 'utf8' },
  )
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return stdout
}

/** A number, when it does not change any more. */
async function steady(look: () => number): Promise<number> {
  for (;;) {
    const before = look()
    await sleep(300)
    if (look() === before) return before
  }
}

function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

function proportional(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1])
}

function switches(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1])
}
