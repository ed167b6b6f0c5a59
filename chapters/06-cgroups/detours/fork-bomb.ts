// Detour: a fork bomb, in a cgroup that holds twenty processes.
//
// A process that starts two of itself, each of which does the same, fills the
// machine in less than a second: nobody can log in any more to stop it. Here
// the kernel refuses the twenty-first, and the end of pid 1 ends them all.
//
// It needs no root filesystem, so this is also the shortest use of a cgroup.
//
//   fork-bomb.ts      prints how far it came

import { readFileSync } from 'node:fs'

import { execute } from '../../02-process/execute.ts'
import { clone, waitFor } from '../../02-process/run-process.ts'
import { play } from '../../02-process/shim.ts'
import { newNamespaces } from '../../03-namespaces/namespaces.ts'
import { cgroupName, findCgroups } from '../cgroup.ts'
import { cgroupPlan } from '../cgroup-plan.ts'
import { removeCgroup } from '../remove-cgroup.ts'

// #region detour
const bomb = 'b() { b | b & }; b & exec sleep 1'

const cgroups = findCgroups()
if (!cgroups.controllers.pids) throw new Error('no limit, no bomb')
const name = cgroupName(`bomb-${process.pid}`)
const cgroup = cgroupPlan(cgroups, name, { pids: 20 })
const inside = [
  ...cgroup.child,
  ...execute({ argv: ['sh', '-c', bomb], env: ['PATH=/usr/bin:/bin'] }),
]
const plan = {
  main: [
    ...cgroup.before,
    ...clone({
      ...cgroup.clone,
      flags: [...newNamespaces(['pid']), ...cgroup.clone.flags],
      child: inside,
    }),
    ...waitFor(),
  ],
  after: [],
}
const { status } = await play(plan, {}, { stdio: ['ignore', 1, 'ignore'] })
const read = (file: string) =>
  readFileSync(`${cgroups.controllers.pids}/${name}/${file}`, 'utf8').trim()
console.log(`pid 1 slept in peace, and ended with ${status}`)
console.log(`forks refused: ${read('pids.events').replace('max ', '')}`)
console.log(`processes left: ${read('pids.current')}`)
await removeCgroup(cgroups, name)
// #endregion detour
