// The last results of the bench, kept for the figure in the docs: what was
// measured, when, and on which machine.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import { dirname, join } from 'node:path'

import { findCgroups } from '../../chapters/06-cgroups/cgroup.ts'

import type { Row } from './table.ts'

const top = dirname(dirname(import.meta.dirname))

/** What the docs show is in here. */
export const savedFile = join(top, 'docs/.vitepress/bench.json')

/** A file of results: JSON, and a row as the table has it. */
export interface Saved {
  readonly date: string // 2026-11-22
  readonly machine: Machine
  /** By contender: `podman` → `4.3.1`. */
  readonly versions: Readonly<Record<string, string>>
  readonly rows: readonly SavedRow[]
}

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGB: number
  readonly kernel: string
  readonly cgroups: string // v1
}

export interface SavedRow {
  readonly title: string
  readonly unit: Row['unit']
  /** The median of each contender. */
  readonly of: Readonly<Record<string, number>>
}

/** Results beside those of before: of the same row the new one counts. */
export function withRows(
  before: Saved | undefined,
  now: Omit<Saved, 'rows'>,
  rows: readonly Row[],
): Saved {
  const isSame =
    JSON.stringify([before?.machine, before?.versions]) ===
    JSON.stringify([now.machine, now.versions])
  const fresh = rows.map(({ title, unit, of }) => ({
    title,
    unit,
    of: Object.fromEntries(
      [...of].map(([name, value]) => [name, three(value)]),
    ),
  }))
  const titles = new Set(fresh.map(({ title }) => title))
  const kept = isSame ? (before?.rows ?? []) : []
  return {
    ...now,
    rows: [...kept.filter(({ title }) => !titles.has(title)), ...fresh],
  }
}

/** Notes the results for the docs. */
export function save(rows: readonly Row[]): void {
  const before: Saved | undefined = existsSync(savedFile)
    ? JSON.parse(readFileSync(savedFile, 'utf8'))
    : undefined
  const now = {
    date: new Date().toISOString().slice(0, 10),
    machine: thisMachine(),
    versions: versions(),
  }
  const text = JSON.stringify(withRows(before, now, rows), null, 2)
  writeFileSync(savedFile, `${text}\n`)
}

// 57.6123 → 57.6: more digits say nothing
function three(value: number): number {
  return Number(value.toPrecision(3))
}

function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    cgroups: `v${findCgroups().version}`,
  }
}

/** Of those that are installed. */
function versions(): Record<string, string> {
  const programs = {
    rocker: join(top, 'dist/rocker'),
    podman: 'podman',
    docker: 'dockerd',
    crun: 'crun',
    runc: 'runc',
    skopeo: 'skopeo',
    node: process.execPath,
  }
  const found = Object.entries(programs).flatMap(([name, program]) => {
    const { stdout } = spawnSync(program, ['--version'], {
      encoding: 'utf8',
    })
    const [version] = /\d+\.\d+[\w.+~-]*/.exec(`${stdout}`) ?? []
    return version ? [[name, version.replace(/\.$/, '')] as const] : []
  })
  return Object.fromEntries(found)
}
