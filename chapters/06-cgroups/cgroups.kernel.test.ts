import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import {
  type Snapshot,
  settled,
  snapshot,
} from '../../test/support/snapshot.ts'
import { execute } from '../02-process/execute.ts'
import { clone, waitFor } from '../02-process/run-process.ts'
import { type Outcome, play } from '../02-process/shim.ts'
import {
  type Namespace,
  newNamespaces,
  unshareCgroup,
} from '../03-namespaces/namespaces.ts'

import { type Cgroups, cgroupName, findCgroups } from './cgroup.ts'
import { cgroupPlan } from './cgroup-plan.ts'
import { foldersIn } from './folders.ts'
import { type LimitOptions, parseLimits } from './limits.ts'
import { onlineCpus } from './processors.ts'
import { removeCgroup } from './remove-cgroup.ts'
import { readUsage, wasOomKilled } from './usage.ts'

const machine = findCgroups()
const { unified } = machine
const versions: [string, Cgroups][] = [["this machine's", machine]]
if (machine.version === 1 && unified)
  versions.push([
    "this machine's v2, beside v1",
    { version: 2, roots: [unified], controllers: {}, unified, swap: false },
  ])

let before: Snapshot
let count = 0
let name = ''

beforeEach(async () => {
  before = await snapshot()
  name = cgroupName(`kernel-${process.pid}-${count++}`)
})
afterEach(async () => {
  await removeCgroup(machine, name)
  expect(await settled(before)).toEqual(before)
})

describe.each(versions)('a process in a cgroup: %s', (_, cgroups) => {
  test('is born in it', async () => {
    const { output } = await run('cat /proc/self/cgroup', { cgroups })
    const lines = output.trim().split('\n')
    const inside = lines.filter((line) => line.endsWith(`:/${name}`))
    expect(inside).toHaveLength(cgroups.roots.length)
  })

  test('sees itself at the root', async () => {
    const { output } = await run('cat /proc/self/cgroup', {
      cgroups,
      namespaces: ['pid', 'cgroup'],
    })
    const lines = output.trim().split('\n')
    const atRoot = lines.filter((line) => line.endsWith(':/'))
    expect(atRoot.length).toBeGreaterThanOrEqual(cgroups.roots.length)
    expect(output).not.toContain(name)
  })

  test('leaves nothing behind', async () => {
    const { outcome } = await run('true', { cgroups, leave: true })
    expect(outcome).toEqual({ status: 0, leftovers: [] })
    expect(folders(cgroups)).toEqual([])
  })

  test('leaves nothing behind when it cannot start', async () => {
    const { outcome } = await run('', {
      cgroups,
      leave: true,
      argv: ['/nowhere'],
    })
    expect(outcome.status).toBe(127)
    expect(outcome.leftovers).toEqual([])
    expect(folders(cgroups)).toEqual([])
  })

  test('is killed with it when it lingers, and nobody else', async () => {
    const victim = spawn('sleep', ['1000'])
    try {
      await run('exec >&- 2>&-; sleep 1000 & sleep 1000 & exit 0', {
        cgroups,
        namespaces: [],
      })
      expect(pids(cgroups)).toHaveLength(2)
      await removeCgroup(cgroups, name)
      expect(folders(cgroups)).toEqual([])
      expect(isAlive(victim)).toBe(true)
    } finally {
      victim.kill('SIGKILL')
    }
  })

  test('is killed with it while it runs away from fork to fork', async () => {
    await run('exec >&- 2>&-; f() { f & }; f & exit 0', {
      cgroups,
      namespaces: [],
    })
    await removeCgroup(cgroups, name)
    expect(folders(cgroups)).toEqual([])
  })

  test('may have made cgroups of its own', async () => {
    await run('exec >&- 2>&-; sleep 1000 & exit 0', {
      cgroups,
      namespaces: [],
    })
    const [root = ''] = cgroups.roots.slice(-1)
    mkdirSync(`${root}/${name}/a/b`, { recursive: true })
    for (const pid of pids(cgroups).slice(0, 1))
      writeFileSync(`${root}/${name}/a/b/cgroup.procs`, pid)
    await removeCgroup(cgroups, name)
    expect(folders(cgroups)).toEqual([])
  })

  test('removing it twice is as good as once', async () => {
    await run('true', { cgroups })
    await removeCgroup(cgroups, name)
    await removeCgroup(cgroups, name)
    expect(folders(cgroups)).toEqual([])
  })

  test('a second one of its name is refused', async () => {
    await run('true', { cgroups })
    const { outcome } = await run('true', { cgroups, leave: true })
    expect(outcome.failure?.message).toBe(
      `make cgroup ${name}: EEXIST (file exists)`,
    )
  })

  test('many come and go at once, and their parent with them', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, async (_, i) => {
        const { outcome } = await run('true', {
          cgroups,
          leave: true,
          as: `${name}-${i}`,
        })
        return outcome
      }),
    )
    expect(outcomes).toEqual(
      outcomes.map(() => ({ status: 0, leftovers: [] })),
    )
  })
})

describe('a limit', () => {
  test('of memory ends who takes more, and it is told why', async () => {
    const { outcome } = await run(
      'exec dd if=/dev/zero of=/dev/null bs=64M count=1',
      { limits: { memory: '16m', 'memory-swap': '16m' } },
    )
    expect(outcome.status).toBe(137)
    expect(wasOomKilled(readUsage(machine, name))).toBe(true)
  })

  test('of memory that is not reached is not told of a kill', async () => {
    const { outcome } = await run('kill -KILL $$', {
      limits: { memory: '16m' },
      namespaces: [],
    })
    expect(outcome.status).toBe(137)
    expect(wasOomKilled(readUsage(machine, name))).toBe(false)
  })

  test('of processes stops a fork bomb', async () => {
    const { outcome, output } = await run(
      'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1000 & done',
      { limits: { 'pids-limit': '8' } },
    )
    expect(outcome.status).not.toBe(0)
    expect(output).toMatch(/cannot fork/i)
  })

  test('of cpu time makes it wait', async () => {
    await run('i=0; while [ $i -lt 10000 ]; do i=$((i+1)); done', {
      limits: { cpus: '0.02' },
    })
    const { throttled, cpuMicros } = readUsage(machine, name)
    expect(throttled).toBeGreaterThan(0)
    expect(cpuMicros).toBeGreaterThan(0)
  })

  test('of processors is where it may run', async () => {
    const cpu = onlineCpus().split(/[-,]/).at(-1) ?? '0'
    const { output } = await run(
      'grep Cpus_allowed_list /proc/self/status',
      { limits: { 'cpuset-cpus': cpu } },
    )
    expect(output.trim().split(/\s+/)).toEqual(['Cpus_allowed_list:', cpu])
  })

  test.runIf(machine.version === 1)(
    'is what the kernel has, in bytes, on v1',
    async () => {
      await run('true', {
        limits: { memory: '64m', 'memory-swap': '-1', 'cpu-shares': '512' },
      })
      const { memory, cpu } = machine.controllers
      const file = (path: string) => readFileSync(path, 'utf8').trim()
      expect(file(`${memory}/${name}/memory.limit_in_bytes`)).toBe(
        '67108864',
      )
      expect(
        Number(file(`${memory}/${name}/memory.memsw.limit_in_bytes`)),
      ).toBeGreaterThan(1e18)
      expect(file(`${cpu}/${name}/cpu.shares`)).toBe('512')
    },
  )

  test.runIf(machine.controllers.freezer)(
    'of cgroup v1 holds who was paused, until it is removed',
    async () => {
      await run('exec >&- 2>&-; sleep 1000 & exit 0', { namespaces: [] })
      const { freezer } = machine.controllers
      writeFileSync(`${freezer}/${name}/freezer.state`, 'FROZEN')
      await removeCgroup(machine, name)
      expect(folders(machine)).toEqual([])
    },
  )
})

interface Run {
  readonly cgroups?: Cgroups
  readonly limits?: LimitOptions
  readonly namespaces?: readonly Namespace[]
  readonly argv?: readonly string[]
  readonly as?: string
  /** Plays what removes the cgroup. */
  readonly leave?: boolean
}

async function run(
  script: string,
  how: Run,
): Promise<{ outcome: Outcome; output: string }> {
  const { cgroups = machine, namespaces = ['pid'], leave = false } = how
  const limits = parseLimits(how.limits ?? {}, onlineCpus())
  const cgroup = cgroupPlan(cgroups, how.as ?? name, limits)
  const argv = how.argv ?? ['sh', '-c', script]
  const env = ['PATH=/usr/bin:/bin']
  let shim: ChildProcess | undefined
  const chunks: string[] = []
  const outcome = await play(
    {
      main: [
        ...cgroup.before,
        ...clone({
          ...cgroup.clone,
          flags: [...newNamespaces(namespaces), ...cgroup.clone.flags],
          child: [
            ...cgroup.child,
            ...unshareCgroup(namespaces),
            ...execute({ argv, env }),
          ],
        }),
        ...waitFor(),
      ],
      after: leave ? cgroup.after : [],
    },
    {},
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      started(child) {
        shim = child
        for (const stream of [child.stdout, child.stderr])
          stream?.on('data', (chunk) => chunks.push(`${chunk}`))
      },
    },
  )
  shim?.unref()
  return { outcome, output: chunks.join('') }
}

function folders(cgroups: Cgroups): string[] {
  return cgroups.roots
    .flatMap((root) => foldersIn(`${root}/${name}`))
    .filter(existsSync)
}

function pids(cgroups: Cgroups): string[] {
  const [root = ''] = cgroups.roots.slice(-1)
  return readFileSync(`${root}/${name}/cgroup.procs`, 'utf8')
    .split('\n')
    .filter(Boolean)
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}
