// rocker of chapter 6: a process that gets no more than its share.
//
//   rocker.ts run -m 64m --cpus 0.5 --pids-limit 20 ./rootfs -- sh
//
// It prints what was used, at the end.

import { statSync } from 'node:fs'
import { resolve } from 'node:path'

import { printError, readChapterLine } from '../02-process/chapter-line.ts'
import { play } from '../02-process/shim.ts'
import { dataRoot, makeDataRoot } from '../05-overlay/data-root.ts'
import { begin, sweep } from '../05-overlay/leftovers.ts'

import { cgroupName, findCgroups } from './cgroup.ts'
import { cgroupPlan } from './cgroup-plan.ts'
import { launchPlan } from './launch.ts'
import { limitFlags, parseLimits } from './limits.ts'
import { onlineCpus } from './processors.ts'
import { removeCgroup } from './remove-cgroup.ts'
import { supportedLimits } from './supported.ts'
import { describeUsage, readUsage } from './usage.ts'

const { values, words, argv } = readChapterLine({
  usage: 'run [-m 64m] [--cpus 0.5] FOLDER COMMAND [ARG...]',
  options: limitFlags,
  before: 1,
})
const [lower = ''] = words

// #region run
const cgroups = findCgroups()
const wanted = parseLimits(values, onlineCpus())
const { limits, warnings } = supportedLimits(wanted, cgroups)
for (const warning of warnings) console.error(`warning: ${warning}`)

const root = dataRoot()
makeDataRoot(root)
const remove = (id: string) => removeCgroup(cgroups, cgroupName(id))
await sweep(root, { limited: remove }) // what a crash has left behind

const { id, path: folder, fd, done } = begin(root, 'limited')
const overlay = { lowers: [resolve(lower)], folder, top: statSync(lower) }
const cgroup = cgroupPlan(cgroups, cgroupName(id), limits)
const plan = launchPlan(argv, overlay, cgroup)
const { status, failure } = await play(plan, { locks: [fd] })
if (failure) printError(failure)
else console.log(describeUsage(readUsage(cgroups, cgroupName(id))))
await remove(id)
done()
process.exitCode = status
// #endregion run
