// rocker of chapter 4: a process with files of its own.
//
//   rocker.ts run ./rootfs sh

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

import { explain } from '../02-process/explain.ts'
import { play } from '../02-process/shim.ts'

import { launchPlan } from './launch.ts'

const { positionals } = parseArgs({ allowPositionals: true })
const explaining = positionals[0] === 'explain'
const [command, folder, ...argv] = explaining
  ? positionals.slice(1)
  : positionals

if (command !== 'run' || folder === undefined || argv.length === 0) {
  console.error(
    'usage: rocker.ts [explain] run FOLDER [--] COMMAND [ARG...]',
  )
  process.exit(125)
}

// #region run
const plan = launchPlan(argv, resolve(folder))
if (explaining) console.log(explain(plan))
else {
  const { status, failure } = await play(plan)
  if (failure) console.error(`rocker: ${failure.message}`)
  process.exitCode = status
}
// #endregion run
