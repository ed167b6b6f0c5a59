// The order of docker's lists: net2 before net10.
//
// Intl.Collator knows it too, and loads 10 ms of ICU for it.

/** For sort: digits are compared as numbers, the rest letter by letter. */
export function naturally(a: string, b: string): number {
  const [left, right] = [piecesOf(a), piecesOf(b)]
  for (const [i, piece] of left.entries()) {
    const other = right[i]
    if (other === undefined) return 1
    const difference = compare(piece, other)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

// "net10" → "net" "10"
function piecesOf(text: string): string[] {
  return text.match(/\d+|\D+/g) ?? []
}

function compare(a: string, b: string): number {
  const difference = Number(a) - Number(b)
  if (!Number.isNaN(difference)) return difference
  return a < b ? -1 : Number(a > b) // one of them is no number
}
