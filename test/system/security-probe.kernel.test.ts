// What a container lets through, beside docker's and podman's: as they answered
// the same questions, in ../support/security-probe.txt. security-peers.ts asks
// them again.

import { afterAll, beforeAll, expect, test } from 'vitest'

import {
  type Answers,
  column,
  probe,
  type Runtime,
  readTable,
  situations,
  unconfined,
  weaker,
} from '../support/security-probe.ts'
import { type Snapshot, settled, snapshot } from '../support/snapshot.ts'

import { type Installed, install, program } from './installed.ts'

let before: Snapshot
let installed: Installed
let rocker: Runtime

beforeAll(async () => {
  before = await snapshot()
  installed = await install()
  const command = [program, '--root', installed.root]
  rocker = { command, image: 'busybox' }
})
afterAll(async () => {
  installed.remove()
  expect(await settled(before)).toEqual(before)
})

const table = readTable()
const docker = (block: string) => column(table, block, 'docker')
const ways = ['run', 'exec'] as const

test.each(situations)(
  'a container $name is nowhere weaker than docker’s',
  async (situation) => {
    const answers = await probe(rocker, situation)
    for (const way of ways) {
      const block = `${situation.name}, ${way}`
      const recorded = column(table, block, 'rocker')
      expectTheSameNames(answers[way], recorded)
      expect(weaker(answers[way], docker(block)), block).toEqual([])
      expect(weaker(answers[way], recorded), block).toEqual([])
    }
  },
)

test('who is not confined is seen to be weaker', async () => {
  const { run, exec } = await probe(rocker, unconfined)
  for (const answers of [run, exec]) {
    const found = weaker(answers, docker('as usual, run'))
    expect(found.length).toBeGreaterThan(60)
  }
})

test('podman is tighter in three capabilities, a group and a call', () => {
  const podman = column(table, 'as usual, run', 'podman')
  const ours = column(table, 'as usual, run', 'rocker')
  const names = weaker(ours, podman).map((line) => line.split(':')[0])
  expect(names).toEqual([
    ...['CapPrm', 'CapEff', 'CapBnd', 'Groups', 'futex_waitv'],
    ...['mknod of null', 'mknod of a disk', 'open zero'],
    ...['socket of packets', 'socket of raw ICMP', 'set a mark'],
    ...['be transparent', 'capset NET_RAW inherited'],
  ])
})

/** Other machines have fewer: x86-64 has the calls of two more. */
function expectTheSameNames(answers: Answers, recorded: Answers): void {
  const known = [...recorded.keys()]
  const names = [...answers.keys()]
  if (process.arch === 'x64') expect(names).toEqual(known)
  else expect(known).toEqual(expect.arrayContaining(names))
}
