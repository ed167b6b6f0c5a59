// Every console block of the docs, typed for real.
//
//   npm test -- test/console                    it must be as it stands there
//   ROCKER_UPDATE=1 npm test -- test/console    the files get what came out

import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { dataRoot } from '../../chapters/05-overlay/data-root.ts'
import { findCgroups } from '../../chapters/06-cgroups/cgroup.ts'
import { ensureFirewall } from '../../chapters/11-network/firewall.ts'
import { settled, snapshot } from '../support/snapshot.ts'

import { play } from './play.ts'
import {
  type Exchange,
  formatTranscript,
  parseTranscript,
  replaced,
  shownTranscript,
  type Transcript,
  updated,
} from './transcript.ts'

const folder = import.meta.dirname
const isUpdate = process.env.ROCKER_UPDATE !== undefined
const here = findCgroups().version

const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.console'))
  .map((path) => path.slice(0, -'.console'.length))
  .sort()

for (const name of names) {
  const transcript = read(name)
  const { cgroup = here, replacements } = transcript
  const isOther = cgroup !== here
  const title = isOther ? `${name} needs cgroup v${cgroup}` : name
  test.skipIf(isOther)(title, async () => {
    if (name.startsWith('11-network/')) loadRules()
    const before = await snapshot()
    const outputs = play(exchangesBefore(transcript), transcript)
    const actual = outputs.map((output) => replaced(output, replacements))
    const now = updated(transcript, actual)
    if (isUpdate) writeFileSync(pathOf(name), formatTranscript(now))
    else expect(shownTranscript(now)).toBe(shownTranscript(transcript))
    expect(await settled(before)).toEqual(before)
  })
}

/** They stay where a container was in a network once, and so they do here. */
function loadRules(): void {
  const path = mkdtempSync(join(tmpdir(), 'rocker-rules-'))
  ensureFirewall(dataRoot(path))
  rmSync(path, { recursive: true })
}

/** The commands of those transcripts that this one comes after. */
function exchangesBefore({ after }: Transcript): Exchange[] {
  return after.flatMap((name) => {
    const earlier = read(name)
    return [...exchangesBefore(earlier), ...earlier.exchanges]
  })
}

function read(name: string): Transcript {
  try {
    return parseTranscript(readFileSync(pathOf(name), 'utf8'))
  } catch (cause) {
    throw new Error(`read ${name}.console`, { cause })
  }
}

function pathOf(name: string): string {
  return join(folder, `${name}.console`)
}
