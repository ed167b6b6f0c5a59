// rocker of chapter 4: a process with files of its own.
//
//   rocker.ts run ./rootfs sh

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

import { explain } from '../02-process/explain.ts'
import type { Plan } from '../02-process/plan.ts'
import { clone, waitFor } from '../02-process/run-process.ts'
import { play } from '../02-process/shim.ts'
import { newNamespaces } from '../03-namespaces/namespaces.ts'
import { inside } from './inside.ts'

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
const plan: Plan = {
  main: [
    ...clone({
      flags: newNamespaces(['pid', 'mount', 'uts', 'ipc', 'network']),
      child: inside(argv, resolve(folder)),
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
