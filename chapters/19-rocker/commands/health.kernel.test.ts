// Containers that are asked whether they are well, as ps and inspect tell of them.

import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { LiveContainers } from '../../../test/support/live-containers.ts'
import { until } from '../../../test/support/monitored.ts'
import { busyboxRoot } from '../../../test/support/rootfs.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'
import type { Health } from '../../10-exec/health-log.ts'

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

const often = ['--health-interval', '20ms', '--health-retries', '2']
const asking = (line: string) => ['--health-cmd', line, ...often]

interface Shown {
  readonly Status: Health['status']
  readonly FailingStreak: number
  readonly Log: readonly {
    readonly ExitCode: number
    readonly Output: string
  }[]
}

async function health(name: string): Promise<Shown | null> {
  const format = '{{json .State.Health}}'
  return JSON.parse(await live.out('inspect', '-f', format, name))
}

async function lastOf(name: string): Promise<Shown['Log'][number]> {
  const last = (await health(name))?.Log.at(-1)
  if (!last) throw new Error(`nobody has asked ${name}`)
  return last
}

const named = (filter: string) =>
  live.out('ps', '-a', '--filter', filter, '--format', '{{.Names}}')

describe('a container', () => {
  test('is healthy; ps, inspect, filters and events know it', async () => {
    const since = `${Math.floor(Date.now() / 1000)}`
    await live.start('web', 'sleep 1000', ...asking('echo fine; hostname'))
    await live.start('other', 'sleep 1000')
    await live.becomes('web', /^Up .* \(healthy\)/)
    expect(await health('web')).toMatchObject({
      Status: 'healthy',
      FailingStreak: 0,
    })
    const hostname = await live.out('exec', 'web', 'hostname')
    expect(await lastOf('web')).toMatchObject({
      ExitCode: 0,
      Output: `fine\n${hostname}`,
    })
    expect(await named('health=healthy')).toBe('web\n')
    expect(await named('health=none')).toBe('other\n')
    expect(await health('other')).toBeNull()
    const wanted = ['--since', since, '--until', '0s']
    const events = await live.out('events', ...wanted)
    expect(events).toMatch(
      / container health_status: healthy [^\n]*name=web/,
    )
  })

  test('is unhealthy after as many failures as it may have', async () => {
    await live.start('web', 'sleep 1000', ...asking('echo ill; exit 3'))
    await live.becomes('web', /^Up .* \(unhealthy\)/)
    expect(await lastOf('web')).toMatchObject({
      ExitCode: 3,
      Output: 'ill\n',
    })
    expect(await named('health=unhealthy')).toBe('web\n')
  })

  test('is starting as long as it may', async () => {
    const start = ['--health-start-period', '1h']
    const fast = ['--health-start-interval', '20ms']
    const flags = [...asking('test -e /dev/shm/up'), ...start, ...fast]
    await live.start('web', 'sleep 1000', ...flags)
    await until('a result', () => logOf().length > 0)
    expect(await health('web')).toMatchObject({
      Status: 'starting',
      FailingStreak: 0,
    })
    await live.becomes('web', /^Up .* \(health: starting\)/)
    await live.out('exec', 'web', 'touch', '/dev/shm/up')
    await live.becomes('web', /^Up .* \(healthy\)/)
  })

  test('that does not answer in time is told of in docker’s words', async () => {
    const timeout = ['--health-timeout', '150ms']
    const flags = [...asking('echo begun; sleep 1000'), ...timeout]
    await live.start('web', 'sleep 1000', ...flags)
    await live.becomes('web', /^Up .* \(unhealthy\)/)
    expect(await lastOf('web')).toMatchObject({
      ExitCode: -1,
      Output: 'Health check exceeded timeout (150ms): begun\n',
    })
  })

  test('without a shell cannot be asked by one', async () => {
    const root = mkdtempSync(join(tmpdir(), 'rocker-no-shell-'))
    try {
      cpSync(busyboxRoot(), root, {
        recursive: true,
        verbatimSymlinks: true,
      })
      rmSync(join(root, 'bin/sh'))
      const words = ['/bin/busybox', 'sleep', '1000']
      const flags = ['-d', '--name', 'web', ...asking('true')]
      await live.out('run', ...flags, '--rootfs', root, ...words)
      await live.becomes('web', /^Up .* \(unhealthy\)/)
      expect(await lastOf('web')).toMatchObject({
        ExitCode: -1,
        Output: 'execute /bin/sh: ENOENT (no such file or directory)',
      })
    } finally {
      rmSync(root, { recursive: true })
    }
  })
})

/** What its monitor has noted, of the one container there is. */
function logOf(): string {
  return ['containers', 'pending']
    .flatMap((place) =>
      list(join(live.root, place)).map((id) =>
        join(live.root, place, id, 'health'),
      ),
    )
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('')
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}

test('the probe is a process of the container’s', async () => {
  const line = `
    for name in cgroup ipc mnt net pid uts; do
      [ "$(readlink /proc/1/ns/$name)" = "$(readlink /proc/$$/ns/$name)" ] ||
        echo differs: $name
    done
    for file in cgroup limits; do
      cmp /proc/1/$file /proc/$$/$file || echo differs: $file
    done
    for field in Uid Gid Groups Cap Seccomp NoNewPrivs SigIgn SigBlk Umask; do
      [ "$(grep ^$field /proc/1/status)" = "$(grep ^$field /proc/$$/status)" ] ||
        echo differs: $field
    done
    ls /proc/$$/fd; readlink /proc/$$/fd/0`
  await live.start('web', 'sleep 1000', ...asking(line))
  await until('a result', () => logOf().length > 0)
  expect((await lastOf('web')).Output).toBe('0\n1\n2\n/dev/null\n')
})

test('it has the container’s user, folder and variables', async () => {
  const who = ['-u', 'user', '-w', '/tmp', '-e', 'A=b', '--init']
  const line = 'echo $A $(id -u) $(id -G) $PWD > /dev/stdout'
  await live.start('web', 'sleep 1000', ...who, ...asking(line))
  await until('a result', () => logOf().length > 0)
  expect((await lastOf('web')).Output).toBe('b 1000 1000 29 /tmp\n')
})

test('what was asked is known after a stop; what is asked then begins anew', async () => {
  const line = 'echo $(hostname) $(cat /proc/sys/kernel/random/uuid)'
  await live.start('web', 'sleep 1000', ...asking(line))
  await live.becomes('web', /\(healthy\)/)
  await live.out('stop', '-t', '0', 'web')
  const stopped = await health('web')
  expect(stopped?.Status).toBe('unhealthy') // docker's word for who has ended
  expect(stopped?.Log.length).toBeGreaterThan(0)
  await live.out('start', 'web')
  await live.becomes('web', /\(healthy\)/)
})

test('nobody asks who is paused', async () => {
  await live.start('web', 'sleep 1000', ...asking('true'))
  await live.becomes('web', /\(healthy\)/)
  await live.out('pause', 'web')
  await live.becomes('web', /\(Paused\)/)
  // a probe that was under way stands still too, and ends later
  const paused = logOf().length
  await live.out('inspect', 'web')
  expect(logOf()).toHaveLength(paused)
  await live.out('unpause', 'web')
  await until('more results', () => logOf().length > paused)
  expect((await health('web'))?.Status).toBe('healthy')
})

test('a monitor that is killed leaves no probe', async () => {
  await live.start('web', 'sleep 1000', ...asking('sleep 2000'))
  const probe = await until('a probe', () => pidOf('sleep 2000'))
  const monitor = parentOf(probe)
  expect(readFileSync(`/proc/${monitor}/cmdline`, 'utf8')).toContain(
    'rocker-monitor',
  )
  process.kill(monitor, 'SIGKILL')
  await until('an end', () => !existsSync(`/proc/${probe}`))
  await live.becomes('web', /^Exited \(137\)/)
})

test.each([
  [['run', '--rm'], 7],
  [['run', '--rm', '--init'], 7],
])('%j with a check ends as its process does', async (words, code) => {
  const root = [
    '--rootfs',
    busyboxRoot(),
    'sh',
    '-c',
    `sleep 0.2; exit ${code}`,
  ]
  const { status } = await live.rocker(
    ...words,
    ...asking('sleep 1000'),
    ...root,
  )
  expect(status).toBe(code)
})

test('a container that starts again is asked again', async () => {
  const flags = ['--restart', 'always', ...asking('cat /dev/shm/run')]
  const script = 'cat /proc/sys/kernel/random/uuid >/dev/shm/run; sleep 0.2'
  await live.start('web', script, ...flags)
  const runs = () => new Set(logOf().match(/^[0-9a-f-]{36}$/gm))
  await until('answers of two runs', () => runs().size > 1)
})

function pidOf(line: string): number | undefined {
  return readdirSync('/proc')
    .map(Number)
    .find((pid) => pid > 0 && commandOf(pid) === line)
}

function commandOf(pid: number): string {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    return words.split('\0').join(' ').trim()
  } catch {
    return '' // it has ended
  }
}

function parentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1])
}
