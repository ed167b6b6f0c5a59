// docker's and podman's `cp` beside the table of ours: for people, by hand.
//
//   node test/system/copy-peers.ts docker
//   node test/system/copy-peers.ts podman --root /tmp/store
//
// The words start the peer; a container called `box` has to run in it, with
// nothing in it but busybox. What is printed is where it does otherwise.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  type CopyCase,
  copyTree,
  intoContainer,
  makeCopyFiles,
  ours,
  outOfContainer,
} from '../support/copy-cases.ts'

const mostMs = 20_000 // podman waits for ever for one container twice
const [program = 'docker', ...flags] = process.argv.slice(2)
const pid = execFileSync(
  program,
  [...flags, 'inspect', '-f', '{{.State.Pid}}', 'box'],
  { encoding: 'utf8' },
).trim()
const inside = `/proc/${pid}/root/c`
const work = mkdtempSync(join(tmpdir(), 'copy-peers-'))
const host = join(work, 'h')

/** What it does otherwise, or nothing. */
function difference([words, expected]: CopyCase): string[] {
  makeCopyFiles(host, 'h')
  makeCopyFiles(inside, 'c')
  const seen = () => [...copyTree(host, 'h'), ...copyTree(inside, 'c')]
  const was = seen()
  const { status, stderr } = spawnSync(
    program,
    [...flags, 'cp', ...words.split(' ')],
    { cwd: host, encoding: 'utf8', timeout: mostMs },
  )
  const changed = seen().filter((line) => !was.includes(line))
  const wanted = expected instanceof RegExp ? [] : expected
  const fails = expected instanceof RegExp
  if (`${changed}` === `${wanted}` && (status !== 0) === fails) return []
  return [`exit ${status} ${stderr.trim().split('\n')[0]}`, ...changed]
}

let same = 0
const cases = [...intoContainer, ...outOfContainer, ...ours]
for (const one of cases) {
  const lines = difference(one)
  if (lines.length === 0) same++
  else console.log([`cp ${one[0]}`, ...lines].join('\n    '))
}
console.log(`${same} of ${cases.length} are the same`)
rmSync(work, { recursive: true })
