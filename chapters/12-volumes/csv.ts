// One line of comma separated values: --mount is written so.
//
//   type=bind,"source=/a,b",target=/x      a comma, in quotes
//   "source=/say ""hi"""                   a quote, twice
//
// RFC 4180, and Go's encoding/csv

/** The fields of a line; undefined where its quotes are not in order. */
export function readCsv(line: string): string[] | undefined {
  const fields: string[] = []
  for (let at = 0; at <= line.length; at++) {
    const field = /(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/y
    field.lastIndex = at
    const found = field.exec(line)
    if (!found) return undefined
    const [all, quoted, plain = ''] = found
    fields.push(quoted?.replaceAll('""', '"') ?? plain)
    at += all.length // and the comma behind it
  }
  return fields
}
