// rocker of chapter 12: what a container writes, and who has it afterwards.
//
//   rocker.ts run -v data:/data -v /srv/web:/www:ro debian ls /data
//   rocker.ts volumes    rocker.ts remove data

import { parseArgs } from 'node:util'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { printError } from '../02-process/chapter-line.ts'
import { dataRoot } from '../05-overlay/data-root.ts'
import { held, sweep } from '../05-overlay/leftovers.ts'
import { containerRemovers } from '../09-containers/remove-container.ts'

import { runWithVolumes } from './launch.ts'
import { readMounts } from './mounts-option.ts'
import { removeVolume, volumeUsers } from './remove-volume.ts'
import { volumeNames } from './volume-store.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    volume: { type: 'string', short: 'v', multiple: true },
    mount: { type: 'string', multiple: true },
    tmpfs: { type: 'string', multiple: true },
  },
})
const [command = '', name = '', ...words] = positionals
const root = dataRoot()

// #region commands
const commands: Readonly<Record<string, () => unknown>> = {
  async run() {
    const { volume = [], mount = [], tmpfs = [] } = values
    const mounts = readMounts({ volume, mount, tmpfs })
    const what = { image: name, words }
    process.exitCode = await runWithVolumes(root, what, mounts)
  },
  volumes() {
    for (const one of volumeNames(root))
      console.log(one, ...volumeUsers(held(root), one))
  },
  remove: () => removeVolume(root, name),
}
// #endregion commands

try {
  const act = new Map(Object.entries(commands)).get(command)
  if (!act)
    throw new RockerError('bad-input', 'usage: run | volumes | remove')
  if (command !== 'volumes') await sweep(root, containerRemovers(root))
  await act()
} catch (error) {
  printError(error as RockerError)
  process.exitCode = 125
}
