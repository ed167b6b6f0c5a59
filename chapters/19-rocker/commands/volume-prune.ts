// rocker volume prune: volumes that no container has.

import { isWanted } from '../ask.ts'
import { rootToChange } from '../change-root.ts'
import { allValues, type Command } from '../command.ts'
import { output } from '../output.ts'
import { prunedLines } from '../prune.ts'
import { pruneOptions } from '../prune-options.ts'
import { pruneVolumes, readVolumePrune } from '../prune-volumes.ts'

export const command: Command = {
  usage: '[OPTIONS]',
  options: [
    {
      name: 'all',
      short: 'a',
      type: 'boolean',
      help: 'Also those with a name',
    },
    ...pruneOptions('label= or label!='),
  ],
  words: { least: 0, most: 0 },
  examples: ['rocker volume prune', 'rocker volume prune -af'],
  run: async (parsed, context) => {
    const all = parsed.flags.has('all')
    const filters = readVolumePrune(allValues(parsed, 'filter'), all)
    const which = filters.all ? 'all' : 'anonymous'
    const warning = `This will remove ${which} local volumes not used by at least one container.`
    if (!parsed.flags.has('force') && !isWanted(warning)) return 0
    const root = await rootToChange(context.root)
    const pruned = await pruneVolumes(root, filters)
    output.print(prunedLines([pruned]))
    return 0
  },
}
