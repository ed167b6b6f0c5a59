// Three things that a page can take from the tree, each in a line of its own:
//
//   <<< @/../chapters/04-rootfs/mount.ts#mount    a region of the source
//   <<< console/04-rootfs/run                     a transcript
//   <<< reference/cli                             a page's generated part
//
// What is not there throws, and fails the build.

import type { MarkdownRenderer } from 'vitepress'

import { region, transcript } from './sources.ts'

type Generated = Readonly<Record<string, string>>
type BlockState = Parameters<
  Parameters<MarkdownRenderer['block']['ruler']['before']>[2]
>[0]

/** `generated` has the parts by name: `cli`, or `cli.zh` on a Chinese page. */
export function includes(md: MarkdownRenderer, generated: Generated): void {
  md.block.ruler.before('snippet', 'include', (state, line, _, silent) => {
    const start = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0)
    const text = state.src.slice(start, state.eMarks[line]).trim()
    const [, what] = /^<<< (\S+.*)$/.exec(text) ?? []
    if (!what) return false
    if (silent) return true
    state.line = line + 1
    add(state, what, generated)
    return true
  })
}

function add(state: BlockState, what: string, generated: Generated): void {
  const [, path, name] = /^@\/\.\.\/(\S+)#(\S+)$/.exec(what) ?? []
  const [, console, label = ''] =
    /^console\/(\S+)(?: (\[.+\]))?$/.exec(what) ?? []
  const [, part] = /^reference\/(\w+)$/.exec(what) ?? []
  if (path && name) addSource(state, path, name)
  else if (console)
    addFence(state, `shellsession ${label}`, transcript(console))
  else if (part) addMarkdown(state, part, generated)
  else throw new Error(`there is no include like <<< ${what}`)
}

function addSource(state: BlockState, path: string, name: string): void {
  const language = path.split('.').at(-1) ?? ''
  addHtml(state, `<div class="from-source"><p class="path">${path}</p>\n`)
  addFence(state, language === 'sh' ? 'sh' : language, region(path, name))
  addHtml(state, '</div>\n')
}

function addMarkdown(
  state: BlockState,
  part: string,
  generated: Generated,
): void {
  const path: string = state.env.relativePath ?? ''
  const own = path.startsWith('zh/') ? generated[`${part}.zh`] : undefined
  const text = own ?? generated[part]
  if (!text) throw new Error(`nothing is generated for ${part}`)
  state.md.block.parse(text, state.md, state.env, state.tokens)
}

function addFence(state: BlockState, info: string, content: string): void {
  const token = state.push('fence', 'code', 0)
  token.info = info
  token.content = `${content}\n`
  token.markup = '```'
  token.map = [state.line - 1, state.line]
}

function addHtml(state: BlockState, content: string): void {
  const token = state.push('html_block', '', 0)
  token.content = content
}
