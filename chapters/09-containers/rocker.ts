// rocker of chapter 9: containers that live.
//
//   rocker run --name web busybox sleep 100     prints its id, and leaves
//   rocker ps    rocker logs web    rocker stop web    rocker rm web

import { constants } from 'node:os'
import { parseArgs } from 'node:util'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { printError } from '../02-process/chapter-line.ts'
import { dataRoot } from '../05-overlay/data-root.ts'
import { sweep } from '../05-overlay/leftovers.ts'

import { listContainers } from './container-list.ts'
import { findContainer } from './find-container.ts'
import { readLog } from './logs.ts'
import { containerRemovers, removeContainer } from './remove-container.ts'
import { runImage } from './run-image.ts'
import { stopContainer } from './stop-container.ts'

const politely = { signal: constants.signals.SIGTERM, timeoutSeconds: 10 }
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { name: { type: 'string' } },
})
const [command = '', name = '', ...words] = positionals
const root = dataRoot()
const named = () => findContainer(root, name)

// #region commands
const commands: Readonly<Record<string, () => unknown>> = {
  run: async () =>
    console.log(await runImage(root, { image: name, words, ...values })),
  ps() {
    for (const { container, state } of listContainers(root).readable)
      console.log(container.record.name, state.status, state.exitCode)
  },
  async logs() {
    for await (const records of readLog(named(), {}))
      for (const one of records)
        if (one.stream !== 'dropped') process[one.stream].write(one.bytes)
  },
  stop: () => stopContainer(named(), politely),
  rm: () => removeContainer(named(), { force: false }),
}
// #endregion commands

try {
  const act = new Map(Object.entries(commands)).get(command)
  if (!act)
    throw new RockerError('bad-input', 'usage: run | ps | logs | stop | rm')
  if (command !== 'ps') await sweep(root, containerRemovers(root))
  await act()
} catch (error) {
  printError(error as RockerError)
  process.exitCode = 125
}
