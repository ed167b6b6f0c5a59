// rocker of chapter 4: a process with files of its own.
//
//   rocker.ts run ./rootfs sh

import { resolve } from 'node:path'

import { printError, readChapterLine } from '../02-process/chapter-line.ts'
import { explain } from '../02-process/explain.ts'
import { play } from '../02-process/shim.ts'

import { launchPlan } from './launch.ts'

const { explaining, words, argv } = readChapterLine({
  usage: '[explain] run FOLDER COMMAND [ARG...]',
  options: {},
  before: 1,
})
const [folder = ''] = words

// #region run
const plan = launchPlan(argv, resolve(folder))
if (explaining) console.log(explain(plan))
else {
  const { status, failure } = await play(plan)
  if (failure) printError(failure)
  process.exitCode = status
}
// #endregion run
