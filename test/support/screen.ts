// A terminal for tests: it understands what rocker sends to one, wraps what is
// too long, and keeps what has scrolled off.
//
// man 4 console_codes

import { WriteStream } from 'node:tty'

/** What a terminal of this size would show. */
export interface Screen {
  readonly to: WriteStream
  /** All lines from the first on, without blanks at their ends. */
  lines(): string[]
  resize(columns: number, rows: number): void
}

export function screen(columns = 80, rows = 24): Screen {
  const lines: string[] = ['']
  let row = 0
  let column = 0
  const size = { columns, rows }
  const newLine = () => {
    row++
    lines[row] ??= ''
  }
  const put = (c: string) => {
    if (column === size.columns) {
      newLine()
      column = 0
    }
    const line = (lines[row] ?? '').padEnd(column)
    lines[row] = line.slice(0, column) + c + line.slice(column + 1)
    column++
  }
  const write = (text: string) => {
    for (const [part] of text.matchAll(/\x1b\[(\d*)([A-Z])|./gsu)) {
      if (part === '\n') {
        newLine()
        column = 0
      } else if (part === '\r') column = 0
      else if (part.endsWith('A') && part.length > 1)
        // what has scrolled off cannot be reached any more
        row = Math.max(
          row - Number(part.slice(2, -1)),
          lines.length - size.rows,
          0,
        )
      else if (part === '\x1b[H') {
        row = Math.max(lines.length - size.rows, 0)
        column = 0
      } else if (part === '\x1b[2K') lines[row] = ''
      else if (part === '\x1b[J') {
        lines.length = row + 1
        lines[row] = (lines[row] ?? '').slice(0, column)
      } else if (part.startsWith('\x1b')) throw new Error(`unknown ${part}`)
      else put(part)
    }
    return true
  }
  // an instance of WriteStream that has no descriptor
  const to: WriteStream = Object.create(WriteStream.prototype, {
    columns: { get: () => size.columns },
    rows: { get: () => size.rows },
    write: { value: write },
    on: { value: () => to },
  })
  return {
    to,
    lines: () => lines.map((line) => line.trimEnd()),
    resize: (columns, rows) => Object.assign(size, { columns, rows }),
  }
}
