// Lines at the bottom of a terminal that change in place.
//
// The cursor always rests below them. To change them it goes up as many lines
// as were drawn, and each is cleared and written anew. A line must not wrap,
// and there must not be more of them than the terminal has, or "up" would lead
// somewhere else: what is finished is let go upwards, what is too much is
// counted.
//
// man 4 console_codes

import type { WriteStream } from 'node:tty'

/** A line, and whether it will change again. */
export interface LiveLine {
  readonly text: string
  readonly isFinal: boolean
}

/** A block of lines on a terminal. */
export class LiveLines {
  private readonly to: WriteStream
  private drawn = 0
  private gone = 0 // how many of the first lines are left behind, above

  constructor(to: WriteStream) {
    this.to = to
  }

  /** Draws the lines in place of those that are there. */
  draw(lines: readonly LiveLine[]): void {
    const most = Math.max((this.to.rows || 24) - 2, 1)
    const left = lines.slice(this.gone)
    const settled = Math.min(
      countFinal(left),
      Math.max(left.length - most, 0),
    )
    const above = left.slice(0, settled)
    const below = left.slice(settled)
    this.gone += settled
    const shown =
      below.length > most
        ? [...below.slice(0, most - 1), more(below.length - most + 1)]
        : below
    this.replace(above, shown)
  }

  /** Writes a line above the block, which has to be drawn again. */
  above(text: string): void {
    this.replace([{ text, isFinal: true }], [])
  }

  /** Lets the block stand as it is. */
  leave(): void {
    this.drawn = 0
  }

  // what is left behind may wrap: nobody goes up to it again
  private replace(
    above: readonly LiveLine[],
    shown: readonly LiveLine[],
  ): void {
    const width = (this.to.columns || 80) - 1
    const up = this.drawn ? `\x1b[${this.drawn}A` : ''
    const lines = [
      ...above.map(({ text }) => text),
      ...shown.map(({ text }) => text.slice(0, width)),
    ]
    const text = lines.map((line) => `\r\x1b[2K${line}\n`).join('')
    this.to.write(`${up}${text}\x1b[J`)
    this.drawn = shown.length
  }
}

function countFinal(lines: readonly LiveLine[]): number {
  const first = lines.findIndex(({ isFinal }) => !isFinal)
  return first < 0 ? lines.length : first
}

function more(count: number): LiveLine {
  return { text: `… and ${count} more`, isFinal: false }
}
