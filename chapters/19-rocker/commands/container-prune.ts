// rocker container prune: those that do not run.

import { isWanted } from '../ask.ts'
import { rootToChange } from '../change-root.ts'
import type { Command } from '../command.ts'
import { output } from '../output.ts'
import { pruneContainers, prunedLines } from '../prune.ts'
import { filtersOf, pruneOptions } from '../prune-options.ts'

export const command: Command = {
  usage: '[OPTIONS]',
  options: pruneOptions('until=, label= or label!='),
  words: { least: 0, most: 0 },
  examples: ['rocker container prune -f --filter until=24h'],
  run: async (parsed, context) => {
    const filters = filtersOf(parsed)
    const warning = 'This will remove all stopped containers.'
    if (!parsed.flags.has('force') && !isWanted(warning)) return 0
    const root = await rootToChange(context.root)
    const pruned = await pruneContainers(root, filters)
    output.print(prunedLines([pruned]))
    return 0
  },
}
