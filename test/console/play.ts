// Types a transcript's commands into one shell, in a folder of their own, and
// keeps what each of them prints.

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { patience } from '../support/patience.ts'

import type { Exchange, Transcript } from './transcript.ts'

const top = dirname(dirname(import.meta.dirname))
const longestMs = 100_000 * patience

// the seconds of `timeout -s KILL 2` are those of an ordinary machine
const slowTimeout = `timeout() {
  command timeout "$1" "$2" $(($3 * ${patience})) "\${@:4}"
}`

/** What came out of each of its commands; those of `before` come first. */
export function play(
  before: readonly Exchange[],
  { exchanges: shown, isAtTop }: Transcript,
): string[] {
  if (isAtTop) refuseStale()
  const folder = mkdtempSync(join(tmpdir(), 'rocker-console-'))
  try {
    const lab = join(folder, 'lab')
    const mark = `--- ${randomBytes(8).toString('hex')} ---\n`
    const script = join(folder, 'script')
    writeFileSync(
      script,
      scriptOf({ before, shown, lab: isAtTop ? undefined : lab, mark }),
    )
    const parts = output(script).split(mark)
    if (parts.length !== shown.length + 2)
      throw new Error(`the shell ended early: ${parts.at(-1)}`)
    return parts.slice(1, -1)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// what npm starts there would install the packages anew, without a network
function refuseStale(): void {
  const [wanted = 0, installed = 0] = [
    'package-lock.json',
    'node_modules/.package-lock.json',
  ].map((path) => statSync(join(top, path)).mtimeMs)
  if (installed < wanted) throw new Error('npm ci has to come first')
}

/** As a reader begins: the terminal of chapter 0, and a folder to work in. */
function scriptOf(play: {
  before: readonly Exchange[]
  shown: readonly Exchange[]
  lab: string | undefined
  mark: string
}): string {
  const { before, shown, lab, mark } = play
  // what `echo $?` shows must not be printf's
  const tell = `rocker_status=$?; printf %s '${mark}'; (exit $rocker_status)`
  const begin = [
    slowTimeout,
    '. chapters/00-workshop/terminal.sh',
    `mkdir ${lab} && cd ${lab} || exit`,
  ]
  return [
    ...(lab ? begin : []),
    ...before.map(({ command }) => command.join('\n')),
    tell,
    ...shown.flatMap(({ command }) => [command.join('\n'), tell]),
    'if [ "$registry_pid" ]; then registry stop 2>/dev/null; fi',
    '',
  ].join('\n')
}

function output(script: string): string {
  const both = `exec 2>&1; . ${script}`
  const { stdout, error } = spawnSync('bash', ['-c', both], {
    cwd: top,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: longestMs,
    maxBuffer: 16 * 1024 * 1024,
  })
  if (error) throw error
  return stdout
}
