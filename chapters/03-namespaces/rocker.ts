// rocker of chapter 3: a process with its own view of the machine.
//
//   rocker.ts run --hostname box -- sh
//   rocker.ts run --host pid --host network -- sh    shares these with the host
//   rocker.ts run --new user -- id                   root, of nothing

import { parseArgs } from 'node:util'

import { explain } from '../02-process/explain.ts'
import { play } from '../02-process/shim.ts'

import { launchPlan } from './launch.ts'
import type { Namespace } from './namespaces.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    hostname: { type: 'string', default: 'rocker' },
    host: { type: 'string', multiple: true, default: [] },
    new: { type: 'string', multiple: true, default: [] },
  },
})
const explaining = positionals[0] === 'explain'
const [command, ...argv] = explaining ? positionals.slice(1) : positionals

if (command !== 'run' || argv.length === 0) {
  console.error('usage: rocker.ts [explain] run [--host KIND] -- COMMAND')
  process.exit(125)
}

const usual: Namespace[] = [
  'pid',
  'mount',
  'uts',
  'ipc',
  'network',
  'cgroup',
]
const namespaces = [...usual, ...(values.new as Namespace[])].filter(
  (kind) => !values.host.includes(kind),
)

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
  if (failure) console.error(`rocker: ${failure.message}`)
  process.exitCode = status
}
// #endregion run
