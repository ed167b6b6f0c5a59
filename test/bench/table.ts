// The table that the bench prints, and what rocker wants it to say.

/** What was measured of one thing: the median of each contender. */
export interface Row {
  readonly title: string
  readonly unit: 'ms' | 'kB' | 'MB' | '%' | '1/s' | 'MB/s'
  readonly of: ReadonlyMap<string, number>
}

/** Each figure beside how many times rocker's it is. */
export function formatTable(
  names: readonly string[],
  rows: readonly Row[],
): string {
  const cells = [
    ['', ...names],
    ...rows.map(({ title, unit, of }) => [
      `${title} (${unit})`,
      ...names.map((name) => cell(of.get(name), of.get('rocker'))),
    ]),
  ]
  const widths = names.map((_, i) =>
    Math.max(...cells.map((row) => row[i + 1]?.length ?? 0)),
  )
  const first = Math.max(...cells.map(([title = '']) => title.length))
  return cells
    .map(([title = '', ...row]) =>
      [
        title.padEnd(first),
        ...row.map((text, i) => text.padStart(widths[i] ?? 0)),
      ].join('  '),
    )
    .join('\n')
}

// 158.2 beside rocker's 33 → "158 4.8×"
function cell(
  value: number | undefined,
  rocker: number | undefined,
): string {
  if (value === undefined) return '-'
  const figure = value < 100 ? value.toFixed(1) : value.toFixed(0)
  if (rocker === undefined) return figure
  return `${figure} ${(value / rocker).toFixed(1)}×`
}

// [row, contender, at most this part of it]
const goals = [
  ['run --rm busybox true', 'podman', 1 / 3],
  ['run --rm busybox true', 'docker', 1 / 5],
  ['run -d', 'podman', 1 / 2],
  ['run -d', 'docker', 1 / 4],
  ['exec true', 'podman', 1 / 3],
  ['exec true', 'docker', 1 / 2],
  ['run -d, 20 at once', 'podman', 0.6],
  ['ps, 20 running', 'docker', 1],
  ['rm -f, running', 'docker', 1],
  ['pull Debian', 'podman', 0.8],
  ['pull Debian', 'docker', 0.8],
] as const
const mostMemory = 150
const mostOfCore = 5

/** One line a goal, with ✓ or ✗; what has no peer here has no line. */
export function toldGoals(rows: readonly Row[]): string[] {
  const figure = (title: string, name: string) =>
    rows.find((row) => row.title === title)?.of.get(name)
  const memory = figure('pull, peak memory', 'rocker')
  const asking = figure('50 health checks a second', 'rocker')
  const answering = figure('of it, the program', 'rocker') ?? 0
  return [
    ...goals.flatMap(([title, name, most]) => {
      const [own, theirs] = [figure(title, 'rocker'), figure(title, name)]
      if (own === undefined || theirs === undefined) return []
      const part = own / theirs
      return [
        `${mark(part <= most)} ${title}: ${part.toFixed(2)} of ${name}'s, ${most.toFixed(2)} wanted`,
      ]
    }),
    ...(memory === undefined
      ? []
      : [
          `${mark(memory < mostMemory)} pull: ${memory.toFixed(0)} MB of memory, less than ${mostMemory} wanted`,
        ]),
    ...(asking === undefined
      ? []
      : [
          `${mark(asking < mostOfCore)} health checks: ${asking.toFixed(1)} % of a core, less than ${mostOfCore} wanted; the program alone takes ${answering.toFixed(1)}`,
        ]),
  ]
}

function mark(isGood: boolean): string {
  return isGood ? '✓' : '✗'
}
