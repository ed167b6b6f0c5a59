// rocker of chapter 3: a process with its own view of the machine.
//
//   rocker.ts run --hostname box -- sh
//   rocker.ts run --host pid --host network -- sh    shares these with the host
//   rocker.ts run --new user -- id                   root, of nothing

import { printError, readChapterLine } from '../02-process/chapter-line.ts'
import { explain } from '../02-process/explain.ts'
import { play } from '../02-process/shim.ts'

import { launchPlan } from './launch.ts'
import { readNamespace } from './namespaces.ts'

const { explaining, values, argv } = readChapterLine({
  usage: '[explain] run [--host KIND] COMMAND [ARG...]',
  options: {
    hostname: { type: 'string', default: 'rocker' },
    host: { type: 'string', multiple: true, default: [] },
    new: { type: 'string', multiple: true, default: [] },
  },
  before: 0,
})

const usual = ['pid', 'mount', 'uts', 'ipc', 'network', 'cgroup']
const shared = values.host.map(readNamespace)
const namespaces = [...usual, ...values.new]
  .map(readNamespace)
  .filter((kind) => !shared.includes(kind))

// #region run
const plan = launchPlan({
  argv,
  namespaces,
  hostname: values.hostname,
  owner: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
})
if (explaining) console.log(explain(plan))
else {
  const { status, failure } = await play(plan)
  if (failure) printError(failure)
  process.exitCode = status
}
// #endregion run
