// rocker of chapter 9: containers that live.
//
//   rocker run --name web busybox sleep 100     prints its id, and leaves
//   rocker ps
//   rocker logs web    rocker stop web    rocker rm web

import { constants } from 'node:os'
import { parseArgs } from 'node:util'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { printError } from '../02-process/chapter-line.ts'
import { dataRoot } from '../05-overlay/data-root.ts'

import { containerIds, readContainer } from './container.ts'
import { findContainer } from './find-container.ts'
import { readLog } from './logs.ts'
import { removeContainer } from './remove-container.ts'
import { runImage } from './run-image.ts'
import { readState } from './state.ts'
import { stopContainer } from './stop-container.ts'

const signal = constants.signals.SIGTERM
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
    for (const id of containerIds(root)) {
      const container = readContainer(root, id)
      const { status, exitCode } = readState(container)
      console.log(container.record.name, status, exitCode)
    }
  },
  async logs() {
    for await (const records of readLog(named(), {}))
      for (const one of records)
        if (one.stream !== 'dropped') process[one.stream].write(one.bytes)
  },
  stop: () => stopContainer(named(), { signal, timeoutSeconds: 10 }),
  rm: () => removeContainer(named(), { force: false }),
}
// #endregion commands

try {
  const usage = `usage: ${Object.keys(commands).join(' | ')}`
  if (!Object.hasOwn(commands, command))
    throw new RockerError('bad-input', usage)
  await commands[command]?.()
} catch (error) {
  printError(error as RockerError)
  process.exitCode = 125
}
