// A container is asked what it lets through, by the programs attempts.c and
// looks.c: whatever runs it, so that the answers can be laid side by side.
//
//   mount proc: refused EPERM       nothing is let through
//   read /proc/kcore: null          nothing either
//   socket of inet: done            it is
//   mount /dev/shm: may write       these things are
//
// One runtime is weaker than another where it lets more through.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { namesOf } from '../../chapters/13-security/capabilities.ts'
import {
  usualMaskedPaths,
  usualReadonlyPaths,
} from '../../chapters/13-security/masked-paths.ts'

import { fixture } from './fixtures.ts'
import { program } from './programs.ts'

/** What a container said, by what it was asked. */
export type Answers = ReadonlyMap<string, string>

/** A runtime as it is typed, and its image of busybox. */
export interface Runtime {
  readonly command: readonly string[]
  readonly image: string
  /** What it needs here whatever it runs. */
  readonly flags?: readonly string[]
}

/** How a container is started, and how somebody comes to it later. */
export interface Situation {
  readonly name: string
  readonly run: readonly string[]
  readonly exec: readonly string[]
  /** Only rocker has this: others are asked without. */
  readonly isOurs?: true
}

export const situations: readonly Situation[] = [
  { name: 'as usual', run: [], exec: [] },
  { name: 'as a user', run: ['-u', '1000'], exec: ['-u', '1000'] },
  { name: 'without capabilities', run: ['--cap-drop', 'ALL'], exec: [] },
  {
    name: 'without new privileges',
    run: ['--security-opt', 'no-new-privileges'],
    exec: [],
  },
  {
    name: 'with users of its own',
    run: ['--userns', 'auto'],
    exec: [],
    isOurs: true,
  },
]

/** Who is not confined at all: to see that the probe sees it. */
export const unconfined: Situation = {
  name: 'unconfined',
  run: ['--cap-add', 'ALL', '--security-opt', 'seccomp=unconfined'],
  exec: [],
}

/** Starts one container, asks it, and asks it once more by exec. */
export async function probe(
  { command, image, flags = [] }: Runtime,
  { run, exec }: Situation,
): Promise<Readonly<Record<'run' | 'exec', Answers>>> {
  const [first = '', ...words] = command
  const name = `probed-${process.pid}`
  const mounted = `${programs()}:/probe:ro`
  const container = spawn(
    first,
    [
      ...[...words, 'run', '--rm', '-i', '--network', 'none'],
      ...['--name', name, '-v', mounted, ...flags, ...run, image],
      ...['sh', '-c', `${asked()}; echo ready; cat`],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const ended = once(container, 'close')
  const said = await untilReady(container)
  const later = execFileSync(
    first,
    [...words, 'exec', ...exec, name, 'sh', '-c', asked()],
    { encoding: 'utf8' },
  )
  container.stdin.end()
  await ended
  return { run: answersIn(said), exec: answersIn(later.split('\n')) }
}

function programs(): string {
  return fixture('security-probe', (folder) => {
    mkdirSync(folder)
    for (const name of ['looks', 'attempts'])
      copyFileSync(program(name), join(folder, name))
  })
}

/** It looks before it tries: what succeeds may change what is seen. */
function asked(): string {
  const folder = '/proc/self/ns'
  const outside = readdirSync(folder)
    .filter((name) => !name.endsWith('_for_children'))
    .map((name) => readlinkSync(join(folder, name)))
  return `/probe/looks '${outside.join("' '")}' && /probe/attempts`
}

async function untilReady(container: ChildProcess): Promise<string[]> {
  const lines: string[] = []
  if (!container.stdout) return lines
  for await (const line of createInterface(container.stdout)) {
    if (line === 'ready') return lines
    lines.push(line)
  }
  throw new Error(`the probe has ended after ${lines.length} lines`)
}

/** `name: verdict` */
function answersIn(lines: readonly string[]): Answers {
  return new Map(
    lines.filter(Boolean).map((line) => {
      const colon = line.lastIndexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
    }),
  )
}

/** The lines in which one lets more through than the other. */
export function weaker(one: Answers, other: Answers): string[] {
  return [...one].flatMap(([name, verdict]) => {
    const peers = other.get(name) ?? ''
    if (peers === 'absent' && isOfKernel(name)) return []
    const allowed = letThrough(peers)
    const more = letThrough(verdict).filter(
      (word) => !allowed.includes(word),
    )
    return more.length > 0 ? [`${name}: ${verdict}, not ${peers}`] : []
  })
}

/**
 * What docker's kernel did not have, and ours has: docker would let it be read,
 * where it does not cover it. A device is there because a runtime made it.
 */
function isOfKernel(name: string): boolean {
  const covered = [...usualMaskedPaths, ...usualReadonlyPaths]
  return (
    /^(read|addresses in) \/(proc|sys(?!\/fs\/cgroup))\//.test(name) &&
    !covered.some((path) => `${name}/`.includes(` ${path}/`))
  )
}

function letThrough(verdict: string): readonly string[] {
  const [kind = '', ...words] = verdict.split(' ').filter(Boolean)
  if (kind === 'may')
    return words.flatMap((word) =>
      /^[0-9a-f]{16}$/.test(word) ? namesOf(word) : [word],
    )
  return /^(done|reached|read|write|made|shared|open)$/.test(kind)
    ? ['it']
    : []
}

/** By who answered. */
export type Row = Readonly<Record<Who, string>>
export type Who = (typeof everybody)[number]
/** By situation and way, as `as usual, exec`; each has all lines. */
export type Table = ReadonlyMap<string, ReadonlyMap<string, Row>>

export const everybody = ['docker', 'podman', 'rocker'] as const
const file = join(import.meta.dirname, 'security-probe.txt')

/**
 * What was measured. A block has what is other than in the first one; of exec,
 * what is other than in the block before.
 */
export function readTable(): Table {
  const table = new Map<string, Map<string, Row>>()
  let rows = new Map<string, Row>()
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [name = '', ...cells] = line.split('|').map((cell) => cell.trim())
    if (name.startsWith('# ')) {
      const [first] = table.values()
      rows = new Map(isLater(name) ? rows : first)
      table.set(name.slice(2), rows)
    } else if (cells.length === everybody.length) {
      const [docker = '', podman = '', rocker = ''] = cells
      rows.set(name, { docker, podman, rocker })
    }
  }
  return table
}

/** The same as text. */
export function tableText(table: Table): string {
  const [first] = table.values()
  let before: ReadonlyMap<string, Row> | undefined
  const blocks = [...table].map(([block, rows]) => {
    const base = isLater(block) ? before : first
    before = rows
    const lines = [...rows].flatMap(([name, row]) =>
      rows !== first && isSame(row, base?.get(name))
        ? []
        : [lineOf(name, row)],
    )
    return `# ${block}\n${lines.join('')}`
  })
  return blocks.join('\n')
}

function isLater(block: string): boolean {
  return block.endsWith(', exec')
}

function isSame(one: Row, other: Row | undefined): boolean {
  return everybody.every((who) => one[who] === other?.[who])
}

function lineOf(name: string, row: Row): string {
  const cells = everybody.map((who) => row[who].padEnd(20))
  return `${[name.padEnd(40), ...cells].join(' | ').trimEnd()}\n`
}

/** One's column of a block. */
export function column(table: Table, block: string, who: Who): Answers {
  const rows = [...(table.get(block) ?? [])]
  return new Map(rows.map(([name, row]) => [name, row[who]]))
}
