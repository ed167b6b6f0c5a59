// rocker top: the processes of a container, as the host sees them.

import { dataRoot } from '../../05-overlay/data-root.ts'
import { noteEvent } from '../../09-containers/event.ts'
import { findContainer } from '../../09-containers/find-container.ts'
import { processesOf } from '../../09-containers/processes.ts'
import type { Command } from '../command.ts'
import { checkRuns } from '../must-run.ts'
import { output } from '../output.ts'
import { printable } from '../print-error.ts'
import { columnsFor } from '../process-columns.ts'
import { table } from '../table.ts'

const leastWidth = 20 // docker's, for this table alone

export const command: Command = {
  usage: 'CONTAINER [ps OPTIONS]',
  options: [],
  words: { least: 1 },
  stopsAtWord: true,
  examples: ['rocker top web', 'rocker top web -o pid,user,args'],
  async run({ rest: [name = '', ...words] }, context) {
    const container = findContainer(dataRoot(context.root), name)
    checkRuns('list the processes of', container)
    const columns = columnsFor(words)
    const rows = processesOf(container).map((process) =>
      columns.map(({ value }) => printable(value(process))),
    )
    noteEvent(container, 'top')
    const heads = columns.map(({ head }) => head)
    output.print(table([heads, ...rows], leastWidth))
    return 0
  },
}
