// rocker of chapter 13: root in a container is not root.
//
//   rocker.ts run --cap-drop ALL --cap-add CHOWN debian chown 1 /tmp
//   rocker.ts run --privileged debian mount
//   rocker.ts run --userns auto debian cat /proc/self/uid_map

import { parseArgs } from 'node:util'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { printError } from '../02-process/chapter-line.ts'
import { dataRoot } from '../05-overlay/data-root.ts'
import { sweep } from '../05-overlay/leftovers.ts'
import { containerRemovers } from '../09-containers/remove-container.ts'

import { readDeviceRule } from './device-rules.ts'
import { runConfined } from './launch.ts'
import { readSecurityOptions } from './security-option.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'cap-add': { type: 'string', multiple: true },
    'cap-drop': { type: 'string', multiple: true },
    'security-opt': { type: 'string', multiple: true },
    'device-cgroup-rule': { type: 'string', multiple: true },
    privileged: { type: 'boolean' },
    userns: { type: 'string' },
  },
})
const [command = '', image = '', ...words] = positionals

// #region run
try {
  if (command !== 'run') throw new RockerError('bad-input', 'usage: run')
  const root = dataRoot()
  const { privileged = false, userns = 'host' } = values
  if (!/^(auto|host)$/.test(userns))
    throw new RockerError('bad-input', 'usage: --userns auto | host')
  await sweep(root, containerRemovers(root))
  process.exitCode = await runConfined(
    root,
    { image, words },
    {
      capabilities: {
        add: values['cap-add'] ?? [],
        drop: values['cap-drop'] ?? [],
        privileged,
      },
      options: readSecurityOptions(values['security-opt'] ?? []),
      devices: (values['device-cgroup-rule'] ?? []).map(readDeviceRule),
      ownUsers: userns === 'auto',
    },
  )
} catch (error) {
  printError(error as RockerError)
  process.exitCode = 125
}
// #endregion run
