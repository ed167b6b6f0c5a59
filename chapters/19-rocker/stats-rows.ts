// The lines of `stats`, as docker has them.

import type { Container } from '../09-containers/container.ts'
import { cpuPercent, type Sample } from '../09-containers/stats.ts'

import { binarySize, humanSize } from './human.ts'

export const statsHeads = {
  BlockIO: 'BLOCK I/O',
  CPUPerc: 'CPU %',
  Container: 'CONTAINER',
  ID: 'CONTAINER ID',
  MemPerc: 'MEM %',
  MemUsage: 'MEM USAGE / LIMIT',
  Name: 'NAME',
  NetIO: 'NET I/O',
  PIDs: 'PIDS',
}

export type StatsRow = Readonly<Record<keyof typeof statsHeads, string>>

export const statsColumns = [
  ...['ID', 'Name', 'CPUPerc', 'MemUsage', 'MemPerc'],
  ...['NetIO', 'BlockIO', 'PIDs'],
]

/** A container, what it was called, and two looks at its meters. */
export interface Measured {
  readonly container: Container
  readonly calledAs: string
  readonly before: Sample
  readonly after: Sample
  readonly whole: boolean // ids
}

/** What a template calls by name. */
export function statsRow(measured: Measured): StatsRow {
  const { container, calledAs, before, after, whole } = measured
  const { memoryBytes, limitBytes, received, sent, read, written } = after
  const memory = limitBytes > 0 ? (memoryBytes / limitBytes) * 100 : 0
  const id = whole ? container.id : container.id.slice(0, 12)
  return {
    BlockIO: `${humanSize(read)} / ${humanSize(written)}`,
    CPUPerc: `${cpuPercent(before, after).toFixed(2)}%`,
    Container: calledAs,
    ID: id,
    MemPerc: `${memory.toFixed(2)}%`,
    MemUsage: `${binarySize(memoryBytes)} / ${binarySize(limitBytes)}`,
    Name: container.record.name,
    NetIO: `${humanSize(received)} / ${humanSize(sent)}`,
    PIDs: `${after.pids}`,
  }
}
