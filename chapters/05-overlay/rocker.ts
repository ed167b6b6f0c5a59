// rocker of chapter 5: the folder stays as it is, whatever the process writes.
//
//   rocker.ts run ./rootfs sh       prints what was changed, at the end

import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { printError, readChapterLine } from '../02-process/chapter-line.ts'
import { play } from '../02-process/shim.ts'

import { changes } from './changes.ts'
import { dataRoot, makeDataRoot } from './data-root.ts'
import { launchPlan } from './launch.ts'
import { begin, sweep } from './leftovers.ts'
import { checkUpper } from './where-it-works.ts'

const { words, argv } = readChapterLine({
  usage: 'run FOLDER COMMAND [ARG...]',
  options: {},
  before: 1,
})
const [lower = ''] = words

// #region run
const root = dataRoot()
makeDataRoot(root)
checkUpper(root.path)
await sweep(root, { lesson: () => {} }) // what a crash has left behind

const container = begin(root, 'lesson')
const overlay = {
  lowers: [resolve(lower)],
  folder: container.path,
  top: statSync(lower),
}
const plan = launchPlan(argv, overlay)
const { status, failure } = await play(plan, { locks: [container.fd] })
if (failure) printError(failure)
for (const { kind, path } of changes(join(container.path, 'upper'), lower))
  console.log(`${kind} ${path}`)
container.done()
process.exitCode = status
// #endregion run
