// A list that fills a terminal, and is drawn anew when it changes.
//
// The cursor goes home, and all behind it is erased: what has scrolled off
// above is left alone. More lines than the terminal has would scroll with each
// drawing, so they are counted; a long line takes as many rows as it needs.
//
// man 4 console_codes

import { WriteStream } from 'node:tty'

const fromTheTop = '\x1b[H\x1b[J'

/** Whether somebody watches, at a terminal that can draw anew. */
export function canRedraw(
  to: NodeJS.WritableStream,
  env: NodeJS.ProcessEnv = process.env,
): to is WriteStream {
  return to instanceof WriteStream && !env.NO_COLOR && env.TERM !== 'dumb'
}

/** What shows these lines on a terminal of this size, and nothing else. */
export function wholeScreen(
  lines: readonly string[],
  { columns, rows }: { readonly columns: number; readonly rows: number },
): string {
  const taken = lines.map((line) =>
    Math.max(Math.ceil([...line].length / columns), 1),
  )
  const fits = (count: number, most: number) =>
    taken.slice(0, count).reduce((sum, rows) => sum + rows, 0) <= most
  const most = rows - 1 // the cursor rests below
  if (fits(lines.length, most)) return fromTheTop + lines.join('\n')
  let count = lines.length - 1
  while (count > 1 && !fits(count, most - 1)) count--
  const shown = lines.slice(0, count)
  return `${fromTheTop}${shown.join('\n')}\n… and ${lines.length - count} more`
}
