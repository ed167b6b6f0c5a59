// rocker of chapter 10: one more process in a container that runs.
//
//   rocker.ts exec [-w /tmp] [-e NAME=VALUE] web sh -c 'ps; env'

import { closeSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { printError, readChapterLine } from '../02-process/chapter-line.ts'
import { explain } from '../02-process/explain.ts'
import { play } from '../02-process/shim.ts'
import { dataRoot } from '../05-overlay/data-root.ts'
import { findContainer } from '../09-containers/find-container.ts'
import { containerParts } from '../09-containers/monitor-plan.ts'
import { openProcess } from '../09-containers/signal-process.ts'
import { readState } from '../09-containers/state.ts'

import { plannedExec } from './exec.ts'
import { withProcess } from './exec-process.ts'
import { takeLimitsOf } from './limits-of.ts'
import { placesOf } from './places.ts'

const { explaining, values, words, argv } = readChapterLine({
  usage: 'exec [-w DIR] [-e NAME=VALUE] CONTAINER COMMAND [ARG...]',
  command: 'exec',
  options: {
    workdir: { type: 'string', short: 'w' },
    env: { type: 'string', short: 'e', multiple: true },
  },
  before: 1,
})

// #region exec
const container = findContainer(dataRoot(), words[0] ?? '')
const state = readState(container)
const pidfd = openProcess(state)
if (pidfd === undefined)
  throw new RockerError('bad-input', `${words[0]} does not run`, {
    hint: 'rocker ps says what does',
  })
const { workdir: workingDir, env = [] } = values
const plan = plannedExec({
  container: withProcess(container, { words: argv, env, workingDir }),
  parts: containerParts,
  places: placesOf(container, state.pid),
  inherited: takeLimitsOf(state.pid),
  interactive: true,
  failed: [],
})
if (explaining) console.log(explain(plan))
else {
  const { status, failure } = await play(plan, { handles: { pidfd } })
  if (failure) printError(failure)
  process.exitCode = status
}
closeSync(pidfd)
// #endregion exec
