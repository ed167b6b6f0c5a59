// Notes in Chinese pages which English text they are of:
//
//   node docs/.vitepress/translated.ts guide/04-rootfs …
//   node docs/.vitepress/translated.ts --all
//
// To be run when a translation was brought up to date, and then only.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const docs = join(import.meta.dirname, '..')

function note(page: string): void {
  const path = join(docs, 'zh', `${page}.md`)
  const english = readFileSync(join(docs, `${page}.md`))
  const hash = createHash('sha256').update(english).digest('hex')
  // in quotes: 225e40577869 alone is a number
  const line = `translated_from: '${hash.slice(0, 12)}'`
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replace(/^translated_from: .*$/m, line))
}

function allPages(): string[] {
  const zh = join(docs, 'zh')
  return readdirSync(zh, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[^[]*\.md$/.test(path) && path !== 'README.md')
    .map((path) => path.replace(/\.md$/, ''))
}

const pages = process.argv.slice(2)
for (const page of pages[0] === '--all' ? allPages() : pages) note(page)
