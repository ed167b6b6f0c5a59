// What a pull takes, of three images: one small layer, one large one, and twelve.
// Cold: nothing of it is here. Present: all of it is, and the registry is asked
// whether that is still so.

import type { Contender } from './contenders.ts'
import { inTurn } from './living.ts'
import {
  type Command,
  type Measured,
  medians,
  note,
  peakMemory,
  time,
} from './measure.ts'
import type { Row } from './table.ts'

/** References by what the table calls them. */
export type Images = Readonly<Record<string, string>>

/** Who can pull. */
interface Puller {
  readonly name: string
  readonly pull: (reference: string) => Command
  readonly remove: (reference: string) => Command
  readonly daemons?: readonly number[] | undefined
}

/** Two rows an image; and what memory a pull of the last one takes. */
export async function pullRows(
  here: readonly Contender[],
  images: Images,
  rounds: number,
): Promise<Row[]> {
  const pullers = here.flatMap(({ name, pull, remove, daemons }) =>
    pull && remove ? [{ name, pull, remove, daemons }] : [],
  )
  const rows: Row[] = []
  for (const [title, reference] of Object.entries(images))
    rows.push(...(await twice(pullers, { title, reference }, rounds)))
  const last = Object.values(images).at(-1) ?? ''
  return [...rows, await memoryRow(pullers, last)]
}

async function twice(
  pullers: readonly Puller[],
  { title, reference }: { title: string; reference: string },
  rounds: number,
): Promise<Row[]> {
  const cold: Measured = new Map()
  const present: Measured = new Map()
  for (let round = 0; round < rounds; round++)
    for (const { name, pull, remove } of inTurn(pullers, round)) {
      await time(['sync']) // nobody writes another's files to the disk
      note(cold, name, await time(pull(reference)))
      note(present, name, await time(pull(reference)))
      await time(remove(reference))
    }
  return [
    { title: `pull ${title}`, unit: 'ms', of: medians(cold) },
    { title: `pull ${title}, present`, unit: 'ms', of: medians(present) },
  ]
}

/** Looking at memory takes time: so nothing else is measured meanwhile. */
async function memoryRow(
  pullers: readonly Puller[],
  reference: string,
): Promise<Row> {
  const of = new Map<string, number>()
  for (const { name, pull, remove, daemons } of pullers) {
    of.set(name, await peakMemory(pull(reference), daemons))
    await time(remove(reference))
  }
  return { title: 'pull, peak memory', unit: 'MB', of }
}
