// rocker rename: another name for a container.

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { readContainer } from '../../09-containers/container.ts'
import { findContainer } from '../../09-containers/find-container.ts'
import { renameContainer } from '../../09-containers/rename-container.ts'
import { isPluggedIn } from '../../11-network/network-part.ts'
import { rootToChange } from '../change-root.ts'
import type { Command } from '../command.ts'

export const command: Command = {
  usage: 'CONTAINER NEW_NAME',
  options: [],
  words: { least: 2, most: 2 },
  examples: ['rocker rename web old-web'],
  run: async ({ rest }, context) => {
    const [name = '', wanted = ''] = rest
    if (name === '' || wanted === '')
      throw new RockerError('bad-input', 'rename: a name is empty', {
        hint: 'rocker rename OLD NEW',
      })
    const root = await rootToChange(context.root)
    // docker takes the slash of its own /web
    const container = findContainer(root, name)
    await renameContainer(container, wanted.replace(/^\//, ''))
    const renamed = readContainer(root, container.id)
    if (isPluggedIn(renamed.record)) {
      const { followRename } = await import(
        '../../11-network/place-names.ts'
      )
      followRename(renamed)
    }
    return 0
  },
}
