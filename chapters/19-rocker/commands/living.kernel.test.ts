// What one does with containers that run: let them stand still, attach to them,
// look at their processes and at what they use, and change their limits.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { commandAtTerminal } from '../../../test/support/at-terminal.ts'
import { rockerCommand } from '../../../test/support/cli.ts'
import { LiveContainers } from '../../../test/support/live-containers.ts'
import { Person } from '../../../test/support/person.ts'
import { startRealRegistry } from '../../../test/support/real-registry.ts'
import { busyboxRoot } from '../../../test/support/rootfs.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'
import { pushBusybox } from '../../00-workshop/busybox-image.ts'
import { findCgroups } from '../../06-cgroups/cgroup.ts'
import { readText } from '../../06-cgroups/cgroup-file.ts'

let before: Snapshot
let live: LiveContainers

beforeEach(async () => {
  before = await snapshot()
  live = new LiveContainers()
})
afterEach(async () => {
  await live[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

async function refused(...words: string[]): Promise<string> {
  const { status, err } = await live.rocker(...words)
  expect(status).toBe(1)
  expect(err).toMatch(/^rocker: .*\n {2}hint: .*\n$/)
  return err
}

describe('a paused container', () => {
  test('stands still, and goes on', async () => {
    await live.start('web', 'while :; do :; done')
    expect(await live.out('pause', 'web')).toBe('web\n')
    await live.becomes('web', /^Up .* \(Paused\)/)
    const [first, second] = await Promise.all([cpuTime(), cpuTime()])
    expect(first).toBe(second)
    expect(await refused('pause', 'web')).toContain('it is paused already')
    expect(await refused('attach', 'web')).toContain('it is paused')
    expect(await live.out('unpause', 'web')).toBe('web\n')
    await live.becomes('web', /^Up [^(]*$/)
    expect(await refused('unpause', 'web')).toContain('it is not paused')
  })

  test.each([
    ['stop', ['stop', '-t', '0', 'web']],
    ['kill', ['kill', 'web']],
    ['rm -f', ['rm', '-f', 'web']],
    ['restart', ['restart', '-t', '0', 'web']],
  ])('%s reaches it too', async (_, words) => {
    await live.start('web', 'sleep 1000')
    await live.out('pause', 'web')
    expect(await live.out(...words)).toBe('web\n')
  })

  test('hears the signal of stop', async () => {
    await live.start(
      'web',
      'trap "exit 7" TERM; while :; do sleep 0.1; done',
    )
    await live.out('pause', 'web')
    await live.out('stop', 'web')
    await live.becomes('web', /^Exited \(7\)/)
  })

  test('only what runs can be paused', async () => {
    await live.make('idle', 'true')
    expect(await refused('pause', 'idle')).toContain('it does not run')
  })

  function cpuTime(): Promise<string> {
    return live.out('top', 'web', '-o', 'cputime')
  }
})

describe('attach', () => {
  test('shows the output from then on, and ends as the container does', async () => {
    await live.start(
      'web',
      'echo early; read x; echo "got $x"; exit 5',
      '-i',
    )
    const [node = '', ...words] = rockerCommand(live.root)
    const child = spawn(node, [...words, 'attach', 'web'])
    child.stdin.end('word\n')
    const out = await text(child.stdout)
    expect([
      out,
      child.exitCode ?? (await once(child, 'close'))[0],
    ]).toEqual(['got word\n', 5])
  })

  test('of one in the background is not the end of its input', async () => {
    const rootfs = ['--rootfs', busyboxRoot(), 'cat']
    await live.out('run', '-d', '-i', '--name', 'web', ...rootfs)
    for (const word of ['one', 'two']) {
      const [node = '', ...words] = rockerCommand(live.root)
      const child = spawn(node, [...words, 'attach', 'web'])
      child.stdin.end(`${word}\n`)
      expect(`${(await once(child.stdout, 'data'))[0]}`).toBe(`${word}\n`)
      child.kill('SIGKILL')
    }
  })

  test.each([
    ['--sig-proxy=false', false],
    ['--no-stdin', true],
  ])('%s: signals reach the container, %s', async (flag, reach) => {
    const loop = 'while :; do echo tick; sleep 0.1; done'
    await live.start('web', `trap "echo heard; exit 3" USR1; ${loop}`)
    const { child, ended } = live.begin('attach', flag, 'web')
    if (child.stdout) await once(child.stdout, 'data')
    child.kill('SIGUSR1')
    const { status, out } = await ended
    expect([status === 3, out.includes('heard')]).toEqual([reach, reach])
    await live.becomes('web', reach ? /^Exited \(3\)/ : /^Up/)
  })

  test.each([
    ['run --rm', true],
    ['run --rm --sig-proxy=true', true],
    ['run --rm --sig-proxy=false', false],
    ['run --sig-proxy=false', false],
  ])('%s: signals reach the container, %s', async (line, reach) => {
    const loop = 'while :; do echo tick; sleep 0.1; done'
    const script = `trap "echo heard; exit 3" USR1; ${loop}`
    const rootfs = ['--rootfs', busyboxRoot(), 'sh', '-c', script]
    const { child, ended } = live.begin(...line.split(' '), ...rootfs)
    if (child.stdout) await once(child.stdout, 'data')
    child.kill('SIGUSR1')
    const { status, out } = await ended
    expect([status === 3, out.includes('heard')]).toEqual([reach, reach])
    const left = (await live.out('ps', '-q')).split('\n').filter(Boolean)
    expect(left).toHaveLength(reach ? 0 : 1)
  })

  test('of a terminal ends by the keys that detach, and it runs on', async () => {
    await live.start(
      'web',
      'while read x; do echo "got $x"; done',
      '-i',
      '-t',
    )
    const person = new Person(live.root)
    await person.sees('ready> ')
    const command = [...rockerCommand(live.root), 'attach', 'web'].join(' ')
    person.type(`${command}; echo "status:$?"\n`)
    await person.sees('\n')
    person.type('one\r')
    await person.sees('got one')
    person.type('\x10\x11')
    await person.sees('status:0')
    await person.leaves()
    await live.becomes('web', /^Up/)
  })

  test.each([
    ['what does not run', 'idle', 'it does not run'],
    ['what there is none of', 'nosuch', 'there is none'],
  ])('refuses %s', async (_, name, why) => {
    await live.make('idle', 'true')
    expect(await refused('attach', name)).toContain(why)
  })
})

describe('top', () => {
  test('lists the processes with docker’s columns', async () => {
    await live.start('web', 'sleep 1001 & sleep 1002')
    const [heads, ...rows] = (await live.out('top', 'web'))
      .trimEnd()
      .split('\n')
    expect(heads?.split(/ +/)).toEqual(
      'UID PID PPID C STIME TTY TIME CMD'.split(' '),
    )
    expect(heads?.indexOf('PID')).toBe(20)
    expect(rows.map((row) => row.slice(140)).sort()).toEqual([
      'sleep 1001',
      'sleep 1002',
    ])
    expect(rows.every((row) => row.startsWith('root '))).toBe(true)
  })

  test('of what does not run there is nothing to list', async () => {
    await live.make('idle', 'true')
    expect(await refused('top', 'idle')).toContain('it does not run')
  })
})

describe('stats', () => {
  test('shows what runs, and with -a the others with zeros', async () => {
    await live.start('web', 'while :; do :; done', '-m', '64m')
    await live.make('idle', 'true')
    const out = await live.out(
      ...['stats', '--no-stream', '-a', '--format'],
      '{{.Name}}|{{.CPUPerc}}|{{.MemUsage}}|{{.NetIO}}|{{.PIDs}}',
    )
    const rows = out.trimEnd().split('\n').sort()
    expect(rows[0]).toBe('idle|0.00%|0B / 0B|0B / 0B|0')
    expect(rows[1]).toMatch(
      /^web\|\d+\.\d\d%\|[\d.]+[KM]iB \/ 64MiB\|0B \/ 0B\|1$/,
    )
    expect(rows[1]).not.toContain('|0.00%|')
    const usual = await live.out('stats', '--no-stream')
    expect(usual.split('\n')).toHaveLength(3)
  })

  test('ends with the containers that were named', async () => {
    await live.start('web', 'sleep 1000')
    const { child, ended } = live.begin('stats', 'web')
    if (child.stdout) await once(child.stdout, 'data')
    await live.out('rm', '-f', 'web')
    expect((await ended).status).toBe(0)
  })

  test.each([
    ['xterm', true],
    ['dumb', false],
  ])('at a terminal that is %s it draws anew: %s', async (TERM, anew) => {
    await live.start('web', 'sleep 1000')
    const { screen, notes } = await commandAtTerminal(
      [...rockerCommand(live.root), 'stats'],
      [
        ['see', 'web'],
        ['size', 5, 200],
        ['see', 'web'],
        ['signal', 'SIGINT'],
        ['end'],
        ['mode'],
      ],
      { ...process.env, NO_COLOR: '', TERM },
    )
    expect(notes).toEqual([-2, 'as before']) // SIGINT
    expect(screen.includes('\x1b[H\x1b[J')).toBe(anew)
    expect(screen.replaceAll('\x1b[H\x1b[J', '')).not.toContain('\x1b')
  })
})

describe('update', () => {
  test('changes the limits of what runs, and of its next run', async () => {
    const id = await live.start('web', 'sleep 1000', '--pids-limit', '50')
    expect(await live.out('update', '--pids-limit', '7', 'web')).toBe(
      'web\n',
    )
    expect(pidsMax(id)).toBe('7')
    await live.out('restart', '-t', '0', 'web')
    expect(pidsMax(id)).toBe('7')
    await live.out('update', '--pids-limit', '-1', 'web')
    expect(pidsMax(id)).toBe('max')
  })

  test.each([
    ['more', ['-m', '64m', '--memory-swap', '64m'], '128m', 134_217_728],
    ['less', ['-m', '64m', '--memory-swap', '64m'], '32m', 33_554_432],
    ['limited', [], '32m', 33_554_432],
  ])('memory can become %s, with its swap', async (...one) => {
    const [, flags, size, bytes] = one
    await live.start('web', 'sleep 1000', ...flags)
    await live.out('update', '-m', size, '--memory-swap', size, 'web')
    const format = '{{.HostConfig.Memory}}'
    expect(await live.out('inspect', '-f', format, 'web')).toBe(
      `${bytes}\n`,
    )
    const used = await live.out(
      'stats',
      '--no-stream',
      '--format',
      '{{.MemUsage}}',
    )
    expect(used).toContain(` / ${Number.parseInt(size, 10)}MiB`)
  })

  test.each([
    ['update nothing', ['web']],
    ['less than 6m', ['-m', '1m', 'web']],
    ['restart it "foo"', ['--restart', 'foo', 'web']],
    ['there is none', ['--restart', 'no', 'nosuch']],
  ])('%s', async (why, words) => {
    await live.make('web', 'true')
    expect(await refused('update', ...words)).toContain(why)
  })

  function pidsMax(id: string): string {
    const { controllers, version, unified } = findCgroups()
    const root = version === 2 ? unified : controllers.pids
    const parent = process.env.ROCKER_CGROUP ?? 'rocker'
    return readText(`${root}/${parent}/${id}/pids.max`)
  }
})

describe('diff', () => {
  test('lists what a container has changed, and not what rocker made', async () => {
    const registry = await startRealRegistry()
    try {
      await pushBusybox(`http://${registry.host}`)
      await live.out('pull', '-q', `${registry.host}/busybox`)
      const script = 'echo a > /new; rm /bin/yes; mkdir /d; echo b > /d/f'
      const image = [`${registry.host}/busybox`, 'sh', '-c']
      await live.out('create', '--name', 'web', ...image, script)
      await live.out('create', '--name', 'idle', ...image, 'true')
    } finally {
      await registry.stop()
    }
    expect(await live.out('diff', 'web')).toBe('')
    await live.out('start', 'web', 'idle')
    await live.becomes('web', /^Exited \(0\)/)
    await live.becomes('idle', /^Exited \(0\)/)
    expect(await live.out('diff', 'idle')).toBe('')
    expect((await live.out('diff', 'web')).trimEnd().split('\n')).toEqual([
      ...['C /bin', 'D /bin/yes', 'A /d', 'A /d/f', 'A /new'],
    ])
  })

  test('in a folder of the host nobody knows', async () => {
    await live.make('web', 'true')
    expect(await refused('diff', 'web')).toContain('compare web')
  })
})

describe('events', () => {
  test('tells of a container’s life as it happens', async () => {
    const { child, ended } = live.begin(
      ...['events', '--filter', 'container=web', '--format', '{{.Action}}'],
    )
    let told = ''
    const last = new Promise<void>((resolve) =>
      child.stdout?.on('data', (bytes) => {
        told += bytes
        if (told.includes('destroy')) resolve()
      }),
    )
    await live.start('warm', 'true') // events listens by now
    await live.start('web', 'sleep 1000')
    await live.out('pause', 'web')
    await live.out('kill', 'web')
    await live.out('rm', 'web')
    await last
    child.kill()
    await ended
    expect(told.trim().split('\n')).toEqual(
      'create start pause kill die destroy'.split(' '),
    )
  })

  test('tells that memory ran out', async () => {
    const script = 'dd if=/dev/zero of=/dev/null bs=64M count=1'
    const limits = ['-m', '16m', '--memory-swap', '16m']
    await live.start('web', script, ...limits)
    await live.becomes('web', /^Exited/)
    const out = await live.out(
      ...['events', '--since', '0', '--until', '0s'],
      ...[
        '--filter',
        'event=oom',
        '--format',
        '{{.Actor.Attributes.name}}',
      ],
    )
    expect(out).toBe('web\n')
  })
})
