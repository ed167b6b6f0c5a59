// A transcript: what is typed at a terminal, and what comes out.
//
//   # after 04-rootfs/rootfs          run that one's commands first
//   # cgroup v2                       for machines with it alone
//   # at the top of the tree          before there is a terminal of chapter 0
//   # /[0-9a-f]{64}/ → <id>           what differs from run to run
//   $ rocker run ./rootfs -- \
//   >   hostname                      a command that goes on
//   rocker                            what must come out
//   …                                 any lines, also none
//   drwxr-xr-x …                      a line that begins so
//
// The docs show it without its head.

/** One command with the lines that it prints. */
export interface Exchange {
  readonly command: readonly string[] // its lines, without the prompts
  readonly output: readonly string[]
}

/** A part of the output that has another name on the page. */
export interface Replacement {
  readonly pattern: RegExp
  readonly name: string
}

export interface Transcript {
  readonly head: readonly string[]
  readonly after: readonly string[] // names of transcripts
  readonly cgroup: 1 | 2 | undefined
  readonly isAtTop: boolean
  readonly replacements: readonly Replacement[]
  readonly exchanges: readonly Exchange[]
}

/** Reads a transcript; refuses what is neither head, command nor output. */
export function parseTranscript(text: string): Transcript {
  const lines = text.trimEnd().split('\n')
  const start = lines.findIndex((line) => line.startsWith('$ '))
  if (start < 0)
    throw new Error('a transcript has a line that begins with $')
  const head = lines.slice(0, start).filter((line) => line !== '')
  return {
    head,
    ...readHead(head),
    exchanges: readBody(lines.slice(start)),
  }
}

function readHead(
  head: readonly string[],
): Pick<Transcript, 'after' | 'cgroup' | 'isAtTop' | 'replacements'> {
  const after: string[] = []
  const replacements: Replacement[] = []
  let cgroup: Transcript['cgroup']
  let isAtTop = false
  for (const line of head) {
    const [, name] = /^# after (\S+)$/.exec(line) ?? []
    const [, version] = /^# cgroup v([12])$/.exec(line) ?? []
    const [, pattern, to] = /^# \/(.+)\/ → (.+)$/.exec(line) ?? []
    if (name) after.push(name)
    else if (version) cgroup = version === '1' ? 1 : 2
    else if (line === '# at the top of the tree') isAtTop = true
    else if (pattern && to)
      replacements.push({ pattern: new RegExp(pattern, 'gm'), name: to })
    else throw new Error(`a transcript's head has no line like ${line}`)
  }
  return { after, cgroup, isAtTop, replacements }
}

function readBody(lines: readonly string[]): Exchange[] {
  const exchanges: { command: string[]; output: string[] }[] = []
  for (const line of lines) {
    const last = exchanges.at(-1)
    if (line.startsWith('$ '))
      exchanges.push({ command: [line.slice(2)], output: [] })
    else if (line.startsWith('> ') && last?.output.length === 0)
      last.command.push(line.slice(2))
    else last?.output.push(line)
  }
  return exchanges
}

/** The text of the page: without the head. */
export function shownTranscript({ exchanges }: Transcript): string {
  return exchanges
    .flatMap(({ command, output }) => [
      ...command.map((line, i) => `${i ? '>' : '$'} ${line}`),
      ...output,
    ])
    .join('\n')
}

/** The text of the file. */
export function formatTranscript(transcript: Transcript): string {
  const { head } = transcript
  return `${[...head, shownTranscript(transcript)].join('\n')}\n`
}

/** What came out, with the names of the head in it, as lines. */
export function replaced(
  output: string,
  replacements: readonly Replacement[],
): string[] {
  const text = replacements.reduce(
    (done, { pattern, name }) => done.replace(pattern, name),
    output,
  )
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

/** Whether the lines are as expected; `…` stands for what is not shown. */
export function matches(
  expected: readonly string[],
  actual: readonly string[],
): boolean {
  const [first, ...rest] = expected
  if (first === undefined) return actual.length === 0
  if (first === '…')
    return actual.length === 0
      ? matches(rest, actual)
      : matches(rest, actual) || matches(expected, actual.slice(1))
  const [line, ...others] = actual
  if (line === undefined) return false
  const begins = first.endsWith('…') && line.startsWith(first.slice(0, -1))
  return (line === first || begins) && matches(rest, others)
}

/** The transcript as it was just now; what still matches stays as written. */
export function updated(
  transcript: Transcript,
  actual: readonly (readonly string[])[],
): Transcript {
  const exchanges = transcript.exchanges.map(({ command, output }, i) => {
    const lines = actual[i] ?? []
    return { command, output: matches(output, lines) ? output : lines }
  })
  return { ...transcript, exchanges }
}
