// rocker of chapter 2: a process, made by the shim.
//
//   rocker.ts run -- echo hello
//   rocker.ts explain run -- echo hello

import { printError, readChapterLine } from './chapter-line.ts'
import { explain } from './explain.ts'
import { launchPlan } from './launch.ts'
import { play } from './shim.ts'

const { explaining, argv } = readChapterLine({
  usage: '[explain] run COMMAND [ARG...]',
  options: {},
  before: 0,
})

// #region run
const plan = launchPlan(argv)
if (explaining) console.log(explain(plan))
else {
  const { status, failure } = await play(plan)
  if (failure) printError(failure)
  process.exitCode = status
}
// #endregion run
