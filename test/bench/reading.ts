// Commands that only look: at images, at a container, at what one has said. Who
// types them waits for little more than the start of a program.

import type { Contender, Reading } from './contenders.ts'
import { inTurn } from './living.ts'
import {
  type Command,
  type Measured,
  medians,
  note,
  time,
} from './measure.ts'
import type { Row } from './table.ts'

const said = 'said'
const thousandLines = ['busybox', 'seq', '1000']

const looks: readonly (readonly [string, (by: Reading) => Command])[] = [
  ['images', ({ images }) => images],
  ['inspect', ({ inspect }) => inspect(said)],
  ['logs, 1000 lines', ({ logs }) => logs(said)],
]

/** The rows of all that have such commands. */
export async function readingRows(
  here: readonly Contender[],
  rounds: number,
): Promise<Row[]> {
  const players = here.flatMap(({ name, living, reading }) =>
    living && reading ? [{ name, living, reading }] : [],
  )
  for (const { living, reading } of players) {
    await time(living.start(said, [], thousandLines))
    await time(reading.logs(said, '-f')) // until it has said all
  }
  const rows: Row[] = []
  for (const [title, look] of looks) {
    const measured: Measured = new Map()
    for (let round = 0; round < rounds; round++)
      for (const { name, reading } of inTurn(players, round))
        note(measured, name, await time(look(reading)))
    rows.push({ title, unit: 'ms', of: medians(measured) })
  }
  for (const { living } of players) await time(living.end([said]))
  return rows
}
