// rocker image prune: images without a name, or all that no container has.

import { isWanted } from '../ask.ts'
import { rootToChange } from '../change-root.ts'
import type { Command } from '../command.ts'
import { output } from '../output.ts'
import { prunedLines, pruneImages } from '../prune.ts'
import { allImages, filtersOf, pruneOptions } from '../prune-options.ts'

export const command: Command = {
  usage: '[OPTIONS]',
  options: [
    allImages,
    ...pruneOptions('until=, label=, label!= or dangling='),
  ],
  words: { least: 0, most: 0 },
  examples: ['rocker image prune', 'rocker image prune -af'],
  run: async (parsed, context) => {
    const filters = filtersOf(parsed, { dangling: true })
    const { dangling } = filters
    const all = dangling === undefined ? parsed.flags.has('all') : !dangling
    const warning = all
      ? 'This will remove all images without at least one container associated to them.'
      : 'This will remove all dangling images.'
    if (!parsed.flags.has('force') && !isWanted(warning)) return 0
    const root = await rootToChange(context.root)
    const pruned = await pruneImages(root, filters, { all })
    output.print(prunedLines([pruned]))
    return 0
  },
}
