// Columns as docker prints them: each as wide as its widest cell and three
// blanks, ten at least; the last one is not filled up.
//
// https://pkg.go.dev/text/tabwriter

const usualLeast = 10
const between = 3

/** Rows of cells as lines; the heads of the columns are the first row. */
export function table(
  rows: readonly (readonly string[])[],
  least = usualLeast,
): string[] {
  const widths: number[] = []
  for (const row of rows)
    for (const [i, cell] of row.slice(0, -1).entries())
      widths[i] = Math.max(widths[i] ?? least, [...cell].length + between)
  return rows.map((row) =>
    row
      .map((cell, i) =>
        i < row.length - 1 ? padded(cell, widths[i] ?? least) : cell,
      )
      .join(''),
  )
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(width - [...cell].length, 0))
}
