// rocker diff: what a container has changed of its image.

import { dataRoot } from '../../05-overlay/data-root.ts'
import { whileThere } from '../../09-containers/container.ts'
import { containerChanges } from '../../09-containers/diff.ts'
import { findContainer } from '../../09-containers/find-container.ts'
import type { Command } from '../command.ts'
import { output } from '../output.ts'
import { printable } from '../print-error.ts'

export const command: Command = {
  usage: 'CONTAINER',
  options: [],
  words: { least: 1, most: 1 },
  examples: ['rocker diff web'],
  async run({ rest: [name = ''] }, context) {
    const container = findContainer(dataRoot(context.root), name)
    const changes = await whileThere(container, name, () =>
      containerChanges(container),
    )
    output.print(
      changes.map(({ kind, path }) => `${kind} ${printable(`${path}`)}`),
    )
    return 0
  },
}
