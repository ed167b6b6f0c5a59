// rocker doctor: what this machine can do, and what to install.
//
//   npm run doctor             ✓, ✗, and – where run works without it
//   npm run doctor -- --json   the same for a program
//
// Exit status 0: all that `rocker run` needs is there.

import { parseArgs } from 'node:util'

import { kernelNeeds } from './kernel-needs.ts'
import { cgroupNeeds, rockerNeeds, toolNeeds } from './machine-needs.ts'
import { canRun, formatNeeds, type NeedGroup } from './need.ts'
import { networkNeeds } from './network-needs.ts'
import { securityNeeds } from './security-needs.ts'

/** Looks at this machine, prints what it found, and answers the exit status. */
export async function doctor(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' } },
  })
  const groups = await examine()
  const works = canRun(groups)
  if (values.json) console.log(JSON.stringify({ works, groups }, null, 2))
  else {
    const colored = process.stdout.isTTY && !process.env.NO_COLOR
    console.log(formatNeeds(groups, colored))
    console.log(
      works ? 'rocker run works here' : 'rocker run does not work here yet',
    )
  }
  return works ? 0 : 1
}

/** Everything that rocker needs, group by group. */
export async function examine(): Promise<NeedGroup[]> {
  return [
    { title: 'rocker', needs: rockerNeeds() },
    { title: 'kernel', needs: kernelNeeds() },
    { title: 'cgroups', needs: cgroupNeeds() },
    { title: 'networks', needs: networkNeeds() },
    { title: 'security', needs: await securityNeeds() },
    { title: 'tools', needs: toolNeeds() },
  ]
}

if (import.meta.main)
  doctor(process.argv.slice(2)).then((status) => {
    process.exitCode = status
  })
