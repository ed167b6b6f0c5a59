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
  const region = theRegion(source, name)
  return source.split('\n').slice(region.first, region.end).join('\n')
}

/** The source with other lines inside a region. */
export function replaceRegion(
  source: string,
  name: string,
  lines: readonly string[],
): string {
  const region = theRegion(source, name)
  return source
    .split('\n')
    .toSpliced(region.first, region.end - region.first, ...lines)
    .join('\n')
}

function theRegion(source: string, name: string): Region {
  const [region, ...more] = findRegions(source).filter(
    (found) => found.name === name,
  )
  if (region && more.length === 0) return region
  throw new Error(
    `there is ${region ? 'more than one' : 'no'} region ${name}`,
  )
}
