// What the host looks like, so that a test can say: nothing was left behind.
//
//   const before = await snapshot()
//   …
//   expect(await settled(before)).toEqual(before)
//
// Under `npm test` everything that is seen belongs to the test run. Where
// vitest was started by hand, processes are those below this one, and
// neighbours on the machine can disturb.

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'

import { cgroupFolders } from './cgroup-folders.ts'
import { patience } from './patience.ts'
import { storeFiles } from './store-files.ts'

/** One sorted list of lines for each kind of thing that could be left. */
export interface Snapshot {
  readonly mounts: readonly string[] // with their propagation
  readonly links: readonly string[] // of this network namespace
  readonly networks: readonly string[] // network namespaces in use
  readonly cgroups: readonly string[] // below ROCKER_CGROUP
  readonly firewall: readonly string[] // nft's rules, without counters
  readonly processes: readonly string[]
  readonly namespaces: readonly string[] // that this process holds open
  readonly files: readonly string[] // of rocker that no image explains
  readonly shared: readonly string[] // /dev/shm
  readonly temporary: readonly string[] // rocker-*
}

const inSandbox = process.env.ROCKER_TEST !== undefined

/** What there is on the host now. */
export async function snapshot(): Promise<Snapshot> {
  const firewall = nftRules() // before the others: it is a process for a moment
  const pids = ourPids()
  return {
    mounts: mounts(),
    links: links(),
    networks: unique(pids.map((pid) => link(`/proc/${pid}/ns/net`))),
    cgroups: cgroupFolders(process.env.ROCKER_CGROUP ?? 'rocker').map(
      (folder) => folder.name,
    ),
    firewall,
    processes: pids
      .filter((pid) => !isHarness(pid))
      .map((pid) => `${pid} ${commandLine(pid)}`)
      .sort(),
    namespaces: openNamespaces(),
    files: storeFiles(),
    shared: list('/dev/shm'),
    temporary: list(tmpdir()).filter((name) => name.startsWith('rocker-')),
  }
}

/**
 * The snapshot as soon as it is like `before`, or the last one after a while:
 * some things die by themselves, but a moment after the command has ended.
 * A process that was on its way out when `before` was taken, and has gone
 * since, stands in it as if it were still there: nobody left it behind.
 */
export async function settled(
  before: Snapshot,
  patienceMs = 3000,
): Promise<Snapshot> {
  const end = Date.now() + patienceMs * patience
  for (;;) {
    const now = withGone(await snapshot(), before)
    if (isDeepStrictEqual(now, before) || Date.now() > end) return now
    await sleep(30)
  }
}

function withGone(now: Snapshot, before: Snapshot): Snapshot {
  const { processes, networks } = before
  return {
    ...now,
    processes: unique([...now.processes, ...processes]),
    networks: unique([...now.networks, ...networks]),
  }
}

// 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
function mounts(): string[] {
  return read('/proc/self/mountinfo')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, , , root, point, options, ...rest] = line.split(' ')
      const dash = rest.indexOf('-')
      const tags = rest.slice(0, dash).map((tag) => tag.replace(/:\d+/, ''))
      const propagation = tags.join(' ') || 'private'
      const [type, source] = rest.slice(dash + 1)
      return `${point} ${type} ${source}${root} ${options} ${propagation}`
    })
    .sort()
}

function links(): string[] {
  return read('/proc/self/net/dev')
    .split('\n')
    .flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? [])
    .sort()
}

function nftRules(): string[] {
  const nft = spawnSync('nft', ['--stateless', 'list', 'ruleset'], {
    encoding: 'utf8',
  })
  return (nft.stdout ?? '').split('\n').filter((line) => line !== '')
}

function openNamespaces(): string[] {
  return list('/proc/self/fd')
    .map((fd) => link(`/proc/self/fd/${fd}`))
    .filter((target) =>
      /^(mnt|net|uts|pid|ipc|user|cgroup|time):/.test(target),
    )
    .sort()
}

// Under `npm test` /proc has the processes of the run and no others.
function ourPids(): number[] {
  const all = list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  if (inSandbox) return all
  return all.filter((pid) => pid === process.pid || isBelow(pid))
}

function isBelow(pid: number): boolean {
  for (let at = pid; at > 1; at = parent(at))
    if (at === process.pid) return true
  return false
}

/** vitest, its workers, and what is above them. */
function isHarness(pid: number): boolean {
  if (pid === process.pid || parent(pid) === process.ppid) return true
  for (let at = process.ppid; at > 0; at = parent(at))
    if (at === pid) return true
  return false
}

// 17 (a name) S 1 … : the name may hold anything, so from its last bracket on
function parent(pid: number): number {
  const stat = read(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0] ?? 0)
}

function commandLine(pid: number): string {
  const words = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()
  return words || `(${read(`/proc/${pid}/comm`).trim()})`
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)].filter((line) => line !== '').sort()
}

// What goes away while one looks at it was nothing that is left behind.
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(join(path)).sort()
  } catch {
    return []
  }
}
