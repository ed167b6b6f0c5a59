// The site in a real browser, as a reader has it. It is among the tests that
// run one after the other because it takes a browser and half a minute.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type {
  Browser,
  BrowserContextOptions,
  Locator,
  Page,
} from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { launch, noBrowser, watch } from './browser.ts'
import { fromDocs, type Pages } from './from-docs.ts'
import { build, type Served, serve } from './serve.ts'

const { chapters, project, reference } =
  await fromDocs<Pages>('chapters.ts')

const slugs = [
  '/',
  ...chapters.map(({ slug }) => `/guide/${slug}`),
  ...reference.map(({ slug }) => `/reference/${slug}`),
  ...project.map(({ slug }) => `/project/${slug}`),
]
const pages = [...slugs, ...slugs.map((slug) => `/zh${slug}`)]
const height = 900
const isMounted = "'__vue_app__' in document.querySelector('#app')"

let folder: string
let site: Served
let browser: Browser

beforeAll(async () => {
  if (noBrowser) return
  folder = mkdtempSync(join(tmpdir(), 'rocker-site-'))
  build(folder)
  site = await serve(folder)
  browser = await launch()
})

afterAll(async () => {
  if (noBrowser) return
  await browser.close()
  site.close()
  rmSync(folder, { recursive: true })
})

async function open(
  path: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  await page.goto(site.url + path)
  await page.waitForFunction(isMounted)
  return page
}

async function textOf(locator: Locator): Promise<string> {
  return (await locator.textContent())?.trim() ?? ''
}

/** How many pixels one could scroll to the right. */
function tooWide(page: Page): Promise<unknown> {
  return page.evaluate('document.documentElement.scrollWidth - innerWidth')
}

const title = noBrowser ? `the site ${noBrowser}` : 'the site'

describe.skipIf(noBrowser)(title, () => {
  test.each(pages)(
    '%s has no errors, asks nobody else, and fits the screen',
    async (path) => {
      const page = await browser.newPage({
        viewport: { width: 1280, height },
      })
      const complaints = watch(page, site.url)
      await page.goto(site.url + path)
      await page.waitForFunction(isMounted)
      expect(await textOf(page.locator('h1').first())).not.toBe('')
      expect(await tooWide(page)).toBe(0)
      await page.setViewportSize({ width: 390, height })
      expect(await tooWide(page)).toBe(0)
      expect(complaints).toEqual([])
      await page.close()
    },
  )

  test('the other language is the same page', async () => {
    const page = await open('/guide/04-rootfs')
    await page.locator('.VPNavBarTranslations button').hover()
    await page.getByRole('link', { name: '简体中文' }).click()
    await page.waitForURL('**/zh/guide/04-rootfs')
    await page.locator('h1', { hasText: '自己的根目录' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
    await page.context().close()
  })

  test.each([
    ['/', 'pivot_root', '/guide/04-rootfs'],
    ['/', 'whiteout', '/guide/'],
    ['/zh/', '写时复制', '/zh/guide/05-overlay'],
    ['/zh/', '推荐用虚拟机', undefined],
    ['/zh/', '不允许多线程的进程', '/zh/'],
    ['/zh/', '谜题', '/zh/guide/0'],
  ])('on %s the search for %s leads to %s', async (path, words, target) => {
    const page = await open(path)
    await page.keyboard.press('Control+k')
    await page.locator('#localsearch-input').fill(words)
    const results = page.locator('.VPLocalSearchBox .result')
    await page.waitForTimeout(800)
    const links = await results.evaluateAll((found) =>
      found.map((link) => link.getAttribute('href') ?? ''),
    )
    if (target === undefined) expect(links).toEqual([])
    else {
      expect(links.some((link) => link.startsWith(target))).toBe(true)
      await page.keyboard.press('Enter')
      await page.waitForURL(`**${links[0]?.split('#')[0]}*`)
    }
    await page.context().close()
  })

  test('Copy takes the commands alone', async () => {
    const page = await open('/guide/07-registry', {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    const block = page.locator('.language-shellsession').nth(1)
    await block.hover()
    await block.locator('button.copy').click()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      [
        "cat $(grep -l schemaVersion image/*) | tr , '\\n'; echo",
        "cat $(grep -l rootfs image/*) | tr , '\\n'; echo",
        'tar tzf image/$(ls -S image | head -1) | grep -v bin/',
        'for file in image/*; do echo "$' +
          '{file#image/sha256-}  $file"; done | \\',
        '  sha256sum --check',
      ].join('\n'),
    )
    await page.context().close()
  })

  test('light and dark follow the switch', async () => {
    const page = await open('/guide/01-syscalls')
    const isDark = () =>
      page.evaluate("document.documentElement.classList.contains('dark')")
    expect(await isDark()).toBe(false)
    await page.locator('.VPNavBarAppearance .VPSwitch').click()
    expect(await isDark()).toBe(true)
    await page.context().close()
  })

  test('nothing moves for who wants it so', async () => {
    const page = await open('/', { reducedMotion: 'reduce' })
    const line = page.locator('.landing .list li').first()
    const name = await line.evaluate(
      (element) =>
        (
          globalThis as { getComputedStyle?: (e: unknown) => unknown }
        ).getComputedStyle?.(element) as { animationName: string },
    )
    expect(name.animationName).toBe('none')
    await page.context().close()
  })
})

describe.skipIf(noBrowser)('a figure', () => {
  test('the overlay shows where a change lands', async () => {
    const page = await open('/guide/05-overlay')
    const figure = page.locator('[data-figure=overlay]')
    const cell = (layer: string, name: string) =>
      figure.locator(`[data-cell="${layer}:${name}"]`)
    const does = (what: string) => figure.locator(`[data-do=${what}]`)
    await figure.getByRole('button', { name: 'etc/motd' }).click()
    await does('write').click()
    expect(await textOf(cell('upper', 'etc/motd'))).toBe('new 1')
    expect(await textOf(cell('layer 1', 'etc/motd'))).toBe('hello')
    await does('delete').click()
    expect(await textOf(cell('upper', 'etc/motd'))).toMatch('whiteout')
    expect(await textOf(figure.locator('[data-merged="etc/motd"]'))).toBe(
      'no file',
    )
    await does('read').click()
    expect(await textOf(figure.getByRole('status'))).toMatch('whiteout')
    await does('reset').click()
    expect(await textOf(cell('upper', 'etc/motd'))).toBe('')
    await page.context().close()
  })

  test('the overlay can be played with by keyboard', async () => {
    const page = await open('/guide/05-overlay')
    const figure = page.locator('[data-figure=overlay]')
    await figure.getByRole('button', { name: 'new.txt' }).focus()
    for (const key of ['Enter', 'Tab', 'Tab', 'Enter'])
      await page.keyboard.press(key)
    expect(
      await textOf(figure.locator('[data-cell="upper:new.txt"]')),
    ).toBe('new 1')
    await page.context().close()
  })

  test('a namespace changes what the new process sees', async () => {
    const page = await open('/guide/03-namespaces')
    const figure = page.locator('[data-figure=namespaces]')
    const seen = figure.locator('[data-seen=network]')
    expect(await textOf(seen)).toContain('eth0')
    await figure.locator('[data-do=network]').focus()
    await page.keyboard.press('Space')
    expect(await textOf(seen)).toBe('lo')
    expect(await textOf(figure.getByRole('status'))).toContain(
      'CLONE_NEWNET',
    )
    await page.context().close()
  })

  test("a cgroup's limits throttle, kill and refuse", async () => {
    const page = await open('/guide/06-cgroups')
    const figure = page.locator('[data-figure=cgroup]')
    const says = (what: string) => figure.locator(`[data-says=${what}]`)
    const does = (what: string) => figure.locator(`[data-do=${what}]`)
    expect(await textOf(says('cpu'))).toContain('waits 50 ms')
    await does('cpus').focus()
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight')
    expect(await textOf(says('cpu'))).toContain('nobody waits')
    for (let i = 0; i < 6; i++) await does('take').click()
    expect(await textOf(says('memory'))).toContain('137')
    for (let i = 0; i < 8; i++) await does('fork').click()
    expect(await textOf(says('pids'))).toContain('EAGAIN')
    await does('exit').click()
    expect(await textOf(says('pids'))).toBe('')
    await page.context().close()
  })

  test('a life goes on step by step, by keyboard too', async () => {
    const page = await open('/guide/09-containers')
    const figure = page.locator('[data-figure=alive]')
    const lives = (who: string) =>
      textOf(figure.locator(`[data-alive=${who}] .word`))
    const ps = () => textOf(figure.locator('[data-says=ps]'))
    expect([await lives('rocker'), await ps()]).toEqual([
      'alive',
      'starting',
    ])
    await figure.locator('[data-do=next]').focus()
    for (let i = 0; i < 4; i++) await page.keyboard.press('Enter')
    expect(await lives('client')).toBe('not there')
    expect([await lives('container'), await ps()]).toEqual([
      'alive',
      'running',
    ])
    await figure.locator('[data-story=monitor]').focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowRight')
    expect([await lives('container'), await ps()]).toEqual([
      'not there',
      'exited (137)',
    ])
    expect(await textOf(figure.getByRole('status'))).toContain('lock')
    await page.keyboard.press('ArrowLeft')
    expect(await lives('container')).toBe('alive')
    await page.context().close()
  })

  test('one walks into a container step by step, by keyboard too', async () => {
    const page = await open('/guide/10-exec')
    const figure = page.locator('[data-figure=join]')
    const place = (at: string) =>
      textOf(figure.locator(`[data-place="${at}"] .word`))
    expect(await place('process pid')).toBe('not there')
    await figure.locator('[data-do=next]').focus()
    for (let i = 0; i < 3; i++) await page.keyboard.press('Enter')
    expect(await place('joiner mount')).toBe('in the container')
    expect(await place('joiner pid')).toBe('its children')
    await page.keyboard.press('ArrowRight')
    expect(await place('process pid')).toBe('in the container')
    expect(await place('caller mount')).toBe('of the host')
    await figure.locator('[data-story=node]').focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowRight')
    expect(await place('caller mount')).toBe('of the host')
    expect(await textOf(figure.getByRole('status'))).toContain('EINVAL')
    await page.context().close()
  })

  test('a packet goes its way hook by hook, by keyboard too', async () => {
    const page = await open('/guide/11-network')
    const figure = page.locator('[data-figure=packet]')
    const row = (step: number) => figure.locator(`[data-step="${step}"]`)
    const rule = () => textOf(figure.locator('[data-says=rule]'))
    await figure.locator('[data-do=next]').focus()
    for (let i = 0; i < 2; i++) await page.keyboard.press('Enter')
    expect(await rule()).toContain('@published4')
    expect(await textOf(row(3))).toContain('172.30.0.2:80')
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowRight')
    expect(await textOf(figure.locator('[data-says=ends]'))).toBe(
      'answered',
    )
    await figure.locator('[data-target=loopback]').focus()
    await page.keyboard.press('Space')
    expect(await figure.locator('[data-says=ends]').count()).toBe(0)
    await page.keyboard.press('ArrowRight')
    expect(await rule()).toContain('drop')
    await figure.locator('[data-story=itself]').click()
    await figure.locator('[data-target=published]').click()
    await figure.locator('[data-publishing=nowhere]').click()
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight')
    expect(await textOf(figure.locator('[data-says=ends]'))).toBe('refused')
    expect(await textOf(figure.getByRole('status'))).toContain('8080')
    await page.context().close()
  })

  test('a folder is swapped for a link between looking and mounting', async () => {
    const page = await open('/guide/12-volumes')
    const figure = page.locator('[data-figure=mount-race]')
    const does = (what: string) => figure.locator(`[data-do=${what}]`)
    const marked = (folder: string) =>
      figure.locator(`[data-folder="${folder}"] b`).count()
    await does('next').focus()
    await page.keyboard.press('Enter')
    await does('flip').click()
    await does('next').click()
    expect(await marked('host/etc')).toBe(1)
    expect(await textOf(figure.getByRole('status'))).toContain('passwd')
    await figure.locator('[data-how=descriptor]').focus()
    await page.keyboard.press('Space')
    await does('next').click()
    await does('flip').click()
    await does('next').click()
    expect(await marked('host/etc')).toBe(0)
    expect(await marked('root/data')).toBe(1)
    await page.context().close()
  })

  test('the filter is asked by keyboard', async () => {
    const page = await open('/guide/13-security')
    const figure = page.locator('[data-figure=filter]')
    const verdict = () =>
      textOf(figure.locator('[data-says=verdict]').first())
    expect(await verdict()).toBe('EPERM')
    await figure.locator('[data-do=type]').fill('clone(SIGCHLD)')
    expect(await verdict()).toBe('allowed')
    await figure.locator('[data-ask="mount()"]').focus()
    await page.keyboard.press('Enter')
    expect(await verdict()).toBe('EPERM')
    expect(await textOf(figure.getByRole('status'))).toContain(
      'CAP_SYS_ADMIN',
    )
    await figure.locator('[data-has=CAP_SYS_ADMIN]').focus()
    await page.keyboard.press('Space')
    expect(await verdict()).toBe('allowed')
    expect(await textOf(figure.locator('.steps li').last())).toContain(
      'return ALLOW',
    )
    await figure.locator('[data-arch=arm64]').check()
    expect(await verdict()).toBe('killed')
    await figure.locator('[data-do=type]').fill('nothing()')
    expect(await textOf(figure.getByRole('status'))).toContain('nothing')
    await page.context().close()
  })

  test('a command fills the modules that it loads, by keyboard too', async () => {
    const page = await open('/guide/19-rocker')
    const figure = page.locator('[data-figure=loaded]')
    const sum = () => textOf(figure.getByRole('status'))
    const count = (chapter: string) =>
      textOf(figure.locator(`[data-count="${chapter}"]`))
    expect(await sum()).toContain('rocker ps loads')
    expect(await count('13-security')).toBe('0')
    await figure.locator('[data-load=run]').focus()
    await page.keyboard.press('Enter')
    expect(await sum()).toContain('rocker run loads')
    expect(Number(await count('13-security'))).toBeGreaterThan(0)
    await figure.locator('[data-do=command]').selectOption('volume ls')
    expect(await sum()).toContain('rocker volume ls loads')
    await page.context().close()
  })

  test('the bench has a bar for rocker in each row, and the machine', async () => {
    const page = await open('/guide/19-rocker')
    const figure = page.locator('[data-figure=bench]')
    const rows = figure.locator('[data-row]')
    expect(await figure.locator('.own').count()).toBe(await rows.count())
    expect(await textOf(figure.locator('figcaption'))).toMatch(
      /on \d+ cores? of .+, Linux \d/,
    )
    await page.context().close()
  })

  test('the plan unfolds, and leads to chapters and man pages', async () => {
    const page = await open('/project/architecture')
    const figure = page.locator('[data-figure=plan]')
    await figure.getByRole('button', { name: '04-rootfs' }).click()
    await figure.getByRole('button', { name: /make it the root/ }).focus()
    await page.keyboard.press('Enter')
    const call = figure.getByRole('link', { name: 'pivot_root' })
    expect(await call.getAttribute('href')).toMatch(/pivot_root\.2\.html$/)
    const chapter = figure.getByRole('link', { name: '04' }).first()
    await chapter.click()
    await page.waitForURL('**/guide/04-rootfs')
    await page.context().close()
  })

  test('the house leads to its floors', async () => {
    const page = await open('/zh/project/architecture')
    const figure = page.locator('[data-figure=house]')
    await figure.getByRole('link', { name: '镜像仓库' }).click()
    await page.waitForURL('**/zh/guide/07-registry')
    await page.context().close()
  })

  test.each([
    ...['overlay', 'plan', 'cgroup', 'namespaces', 'house', 'chroot'],
    ...['alive', 'join', 'packet', 'mount-race', 'filter', 'loaded'],
    'bench',
  ])('%s has words for who cannot see it', async (name) => {
    const where: Readonly<Record<string, string>> = {
      overlay: '05-overlay',
      cgroup: '06-cgroups',
      namespaces: '03-namespaces',
      chroot: '04-rootfs',
      alive: '09-containers',
      join: '10-exec',
      packet: '11-network',
      'mount-race': '12-volumes',
      filter: '13-security',
      loaded: '19-rocker',
      bench: '19-rocker',
    }
    const slug = where[name]
    const path = slug ? `/guide/${slug}` : '/project/architecture'
    const page = await open(path)
    const caption = page.locator(`[data-figure=${name}] figcaption`)
    expect((await textOf(caption)).length).toBeGreaterThan(80)
    await page.context().close()
  })
})
