// rocker of chapter 3: a process with its own view of the machine.
//
//   rocker.ts run --hostname box -- sh
//   rocker.ts run --host pid --host network -- sh    shares these with the host
//   rocker.ts run --new user -- id                   root, of nothing

import { parseArgs } from 'node:util'

import { explain } from '../02-process/explain.ts'
import type { Plan } from '../02-process/plan.ts'
import { clone, waitFor } from '../02-process/run-process.ts'
import { play } from '../02-process/shim.ts'
import { inside } from './inside.ts'
import { type Namespace, newNamespaces } from './namespaces.ts'
import { mapOwner, openGate } from './user-namespace.ts'

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
const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
const hasUser = namespaces.includes('user')

// #region run
const plan: Plan = {
  main: [
    ...(hasUser ? openGate() : []),
    ...clone({
      flags: newNamespaces(namespaces),
      child: inside(argv, namespaces, values.hostname),
      meanwhile: hasUser ? mapOwner(owner) : [],
    }),
    ...waitFor(),
  ],
  after: [],
}
// #endregion run

if (explaining) console.log(explain(plan))
else {
  const { status, failure } = await play(plan)
  if (failure) console.error(`rocker: ${failure.message}`)
  process.exitCode = status
}
