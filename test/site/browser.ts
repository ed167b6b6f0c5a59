// A real browser: Debian's chromium, without a network of its own.

import { existsSync } from 'node:fs'

import { type Browser, chromium, type Page } from 'playwright-core'

const program = '/usr/bin/chromium'

/** Why there is none; undefined where there is one. */
export const noBrowser: string | undefined = existsSync(program)
  ? undefined
  : `needs ${program}`

const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: program, args: quiet })
}

/** What a page complained about, and whom else it asked for something. */
export function watch(page: Page, origin: string): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      complaints.push(message.text())
  })
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(origin) && !url.startsWith('data:'))
      complaints.push(`asks ${url}`)
  })
  page.on('response', (answer) => {
    if (answer.status() >= 400)
      complaints.push(`${answer.status()} ${answer.url()}`)
  })
  return complaints
}
