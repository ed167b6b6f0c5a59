// rocker of chapter 2: a process, made by the shim.
//
//   rocker.ts run -- echo hello
//   rocker.ts explain run -- echo hello

import { parseArgs } from 'node:util'

import { explain } from './explain.ts'
import { launchPlan } from './launch.ts'
import { play } from './shim.ts'

const { positionals } = parseArgs({ allowPositionals: true })
const explaining = positionals[0] === 'explain'
const [command, ...argv] = explaining ? positionals.slice(1) : positionals

if (command !== 'run' || argv.length === 0) {
  console.error('usage: rocker.ts [explain] run -- COMMAND [ARG...]')
  process.exit(125)
}

// #region run
const plan = launchPlan(argv)
if (explaining) console.log(explain(plan))
else {
  const { status, failure } = await play(plan)
  if (failure) console.error(`rocker: ${failure.message}`)
  process.exitCode = status
}
// #endregion run
