// rocker of chapter 11: containers that meet.
//
//   rocker.ts create front    rocker.ts networks    rocker.ts remove front
//   rocker.ts run -d --name web --network front -p 8080:80 busybox -- httpd -f

import { parseArgs } from 'node:util'

import { printError } from '../02-process/chapter-line.ts'
import { dataRoot, makeDataRoot } from '../05-overlay/data-root.ts'
import { findContainer } from '../09-containers/find-container.ts'
import { removeContainer } from '../09-containers/remove-container.ts'

import { createNetwork } from './create-network.ts'
import { runInNetwork } from './launch.ts'
import { allNetworks, findNetwork } from './network-store.ts'
import { readPublished } from './port-option.ts'
import { removeNetwork } from './remove-network.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    detach: { type: 'boolean', short: 'd' },
    name: { type: 'string' },
    network: { type: 'string', default: '' },
    publish: { type: 'string', short: 'p', multiple: true, default: [] },
  },
})
const [command = '', name = '', ...words] = positionals
const root = dataRoot()
makeDataRoot(root)

// #region commands
const commands: Readonly<Record<string, () => unknown>> = {
  create: () => createNetwork(root, { name }),
  async run() {
    const { detach = false, network, publish, ...called } = values
    const place = {
      network: findNetwork(root, network),
      published: publish.map(readPublished),
      fleeting: !detach,
    }
    await runInNetwork(root, { image: name, words, ...called }, place)
  },
  networks() {
    for (const { name, subnets } of allNetworks(root).readable)
      console.log(name, ...subnets.map(({ subnet }) => subnet))
  },
  rm: () => removeContainer(findContainer(root, name), { force: true }),
  remove: () => removeNetwork(root, name),
}
// #endregion commands

try {
  const act = new Map(Object.entries(commands)).get(command)
  if (!act) throw new TypeError('usage: create|run|networks|rm|remove')
  await act()
} catch (error) {
  printError(error as Error)
  process.exitCode = 125
}
