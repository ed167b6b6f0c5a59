// Commands that take containers: one after the other, and one that fails does
// not keep the others from it.

import { type Container, whileThere } from '../09-containers/container.ts'
import { findContainer } from '../09-containers/find-container.ts'
import { untilCopied } from '../12-volumes/copying.ts'

import { rootToChange } from './change-root.ts'
import type { Context } from './command.ts'
import { output } from './output.ts'
import { printError } from './print-error.ts'

/** Does it to each; prints what it was called, as docker does. */
export async function eachContainer(
  names: readonly string[],
  context: Context,
  act: (container: Container) => void | Promise<void>,
): Promise<number> {
  const root = await rootToChange(context.root)
  let exitCode = 0
  for (const name of names) {
    try {
      const container = findContainer(root, name)
      await whileThere(container, name, async () => {
        await untilCopied(container)
        await act(container)
      })
      output.print([name])
    } catch (error) {
      printError(error)
      exitCode = 1
    }
  }
  return exitCode
}
