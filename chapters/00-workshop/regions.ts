// Named parts of a source file, as editors fold them and the book shows them.
//
//   // #region exercise-pivot-root
//   …
//   // #endregion exercise-pivot-root

/** The lines between two markers, and where they are. */
export interface Region {
  readonly name: string
  readonly first: number // of the lines inside, from 0
  readonly end: number // the line of the end marker
  readonly indent: string
}

const start = /^(\s*)(?:\/\/|\/\*) #region (\S+)/
const end = /^\s*(?:\/\/|\/\*) #endregion (\S+)/

// #region find-regions
/** The regions of a source, in the order of their starts. */
export function findRegions(source: string): Region[] {
  const lines = source.split('\n')
  return lines.flatMap((line, i) => {
    const [, indent = '', name] = start.exec(line) ?? []
    if (name === undefined) return []
    const last = lines.findIndex(
      (other, j) => j > i && end.exec(other)?.[1] === name,
    )
    if (last < 0) throw new Error(`region ${name} does not end`)
    return [{ name, first: i + 1, end: last, indent }]
  })
}
// #endregion find-regions

/** The text inside a region. */
export function regionText(source: string, name: string): string {
  const { first, end: last } = theRegion(source, name)
  return source.split('\n').slice(first, last).join('\n')
}

/** The source with other lines inside a region. */
export function replaceRegion(
  source: string,
  name: string,
  lines: readonly string[],
): string {
  const { first, end: last } = theRegion(source, name)
  const all = source.split('\n')
  return [...all.slice(0, first), ...lines, ...all.slice(last)].join('\n')
}

function theRegion(source: string, name: string): Region {
  const found = findRegions(source).find((region) => region.name === name)
  if (!found) throw new Error(`there is no region ${name}`)
  return found
}
