// Copy on a console block takes the commands alone: what came out is wrapped,
// with its line ends, in what VitePress' button leaves out.

interface Node {
  type: string
  tagName?: string
  properties?: Record<string, unknown>
  children?: Node[]
  value?: string
}

/** A transformer for shiki. */
export const shellSession = {
  name: 'rocker:shell-session',
  code(this: { options: { lang: string }; source: string }, code: unknown) {
    if (this.options.lang !== 'shellsession') return
    const lines = this.source.split('\n')
    const children = (code as Node).children ?? []
    const shown: Node[] = []
    let at = 0
    for (const child of children) {
      const isLine = child.type === 'element'
      const line = lines[at] ?? ''
      if (isLine) at += 1
      const isOutput = isLine ? !/^[$>] /.test(line) : wasOutput(shown)
      shown.push(isOutput ? ignored(child) : child)
    }
    ;(code as Node).children = shown
  },
}

function wasOutput(shown: readonly Node[]): boolean {
  return shown.at(-1)?.properties?.class === 'output vp-copy-ignore'
}

function ignored(child: Node): Node {
  return {
    type: 'element',
    tagName: 'span',
    properties: { class: 'output vp-copy-ignore' },
    children: [child],
  }
}
