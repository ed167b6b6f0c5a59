import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { type DataRoot, dataRoot, makeDataRoot } from './data-root.ts'
import { begin, held, sweep } from './leftovers.ts'

let folder: string
let root: DataRoot
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rocker-leftovers-'))
  root = dataRoot(join(folder, 'root'))
  makeDataRoot(root)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const keep = { thing: () => {} }

/** A Node of its own that runs `code` and says when it is ready. */
async function other(
  code: string,
): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { begin, sweep } from '${import.meta.dirname}/leftovers.ts'
       import { dataRoot } from '${import.meta.dirname}/data-root.ts'
       const root = dataRoot('${root.path}')
       ${code}`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [said] = await once(child.stdout, 'data')
  return { child, said: `${said}` }
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'close')
}

describe('what is unfinished', () => {
  test('has a folder until it is done', async () => {
    const pending = begin(root, 'thing', 'a')
    writeFileSync(join(pending.path, 'half'), '')
    expect(await sweep(root, keep)).toEqual([])
    expect(readdirSync(pending.path).sort()).toEqual(['half', 'lock'])
    pending.done()
    expect(readdirSync(root.pending)).toEqual([])
  })

  test('is begun once under one id', () => {
    const pending = begin(root, 'thing', 'a')
    expect(() => begin(root, 'thing', 'a')).toThrow(/it is being made/)
    pending.done()
    begin(root, 'thing', 'a').done()
  })

  test.each([
    ['thing', '../x'],
    ['thing', 'a/b'],
    ['thing', ''],
    ['Thing', 'a'],
    ['a-thing', 'a'],
  ])('is not begun as %j %j', (kind, id) => {
    expect(() => begin(root, kind, id)).toThrow(/begin/)
  })

  test('can be emptied and used again', () => {
    const pending = begin(root, 'thing')
    pending.hold(['layer a'])
    mkdirSync(join(pending.path, 'x/y'), { recursive: true })
    pending.clear()
    expect(readdirSync(pending.path)).toEqual(['lock'])
    expect(held(root).size).toBe(0)
    pending.done()
  })
})

describe('a process that dies', () => {
  test('leaves what the next sweep removes, inside and elsewhere', async () => {
    const { child } = await other(`
      begin(root, 'thing', 'dead').hold(['layer x'])
      console.log('ready')
      setInterval(() => {}, 1000)`)
    const elsewhere = join(folder, 'elsewhere')
    mkdirSync(elsewhere)
    const removers = {
      thing: (id: string) => {
        // what it held is free by now: garbage can be collected
        expect(held(root).size).toBe(0)
        if (id === 'dead')
          rmSync(elsewhere, { recursive: true, force: true })
      },
    }
    await sweep(root, removers)
    expect(existsSync(elsewhere)).toBe(true)
    await end(child)
    expect(held(root).get('layer x')).toEqual(['thing-dead'])
    expect(await sweep(root, removers)).toEqual([])
    expect(existsSync(elsewhere)).toBe(false)
    expect(readdirSync(root.pending)).toEqual([])
  })

  test('leaves nothing to sweep while a program has its lock', async () => {
    const { child, said } = await other(`
      import { spawn } from 'node:child_process'
      const { fd } = begin(root, 'thing', 'handed')
      const heir = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', fd], detached: true })
      heir.unref()
      console.log(heir.pid)
      setTimeout(() => {}, 60_000)`)
    await end(child)
    await sweep(root, keep)
    expect(readdirSync(root.pending)).toEqual(['thing-handed'])
    process.kill(Number(said), 'SIGKILL')
    await expect
      .poll(async () => {
        await sweep(root, keep)
        return readdirSync(root.pending)
      })
      .toEqual([])
  })
})

describe('a sweep', () => {
  test('removes what nobody holds, and nothing else', async () => {
    mkdirSync(leftover('dead'))
    const pending = begin(root, 'thing', 'alive')
    const [error] = await sweep(root, keep)
    if (error) throw error.cause
    expect(readdirSync(root.pending)).toEqual(['thing-alive'])
    pending.done()
  })

  test('goes on after a failure, reports it, and tries again later', async () => {
    for (const id of ['a', 'b', 'c']) mkdirSync(leftover(id))
    const removed: string[] = []
    const failing = (id: string) => {
      if (id === 'b') throw new Error('EBUSY')
      removed.push(id)
    }
    const errors = await sweep(root, { thing: failing })
    expect(errors.map(({ message }) => message)).toEqual([
      'remove what is left of thing-b: EBUSY',
    ])
    expect(removed.sort()).toEqual(['a', 'c'])
    expect(readdirSync(root.pending)).toEqual(['thing-b'])
    expect(await sweep(root, keep)).toEqual([])
    expect(readdirSync(root.pending)).toEqual([])
  })

  test('leaves alone what it does not know', async () => {
    mkdirSync(join(root.pending, 'other-1'))
    mkdirSync(join(root.pending, '-'))
    writeFileSync(join(root.pending, 'stray'), '')
    await sweep(root, keep)
    expect(readdirSync(root.pending)).toHaveLength(3)
  })

  test('is not stopped by a stray file', async () => {
    writeFileSync(leftover('file'), '')
    expect(await sweep(root, keep)).toEqual([])
  })

  test('follows no symlink, and takes names that are not text', async () => {
    const victim = join(folder, 'victim')
    mkdirSync(victim)
    writeFileSync(join(victim, 'file'), '')
    mkdirSync(leftover('a'))
    symlinkSync(victim, join(leftover('a'), 'link'))
    symlinkSync(join(victim, 'file'), join(leftover('a'), 'to-file'))
    const raw = Buffer.concat([
      Buffer.from(`${leftover('a')}/`),
      Buffer.from([0xff, 0x0a, 0x1b]),
    ])
    mkdirSync(raw)
    symlinkSync(victim, Buffer.concat([raw, Buffer.from('/in')]))
    expect(await sweep(root, keep)).toEqual([])
    expect(readdirSync(root.pending)).toEqual([])
    expect(readdirSync(victim)).toEqual(['file'])
  })

  test('of many at once takes nothing from who has just begun', async () => {
    const code = `
      console.log('ready')
      for (let i = 0; i < 150; i++) {
        const pending = begin(root, 'thing')
        const errors = await sweep(root, { thing: () => {} })
        if (errors.length > 0) throw errors[0]
        pending.hold(['still here'])
        pending.done()
      }`
    const others = await Promise.all([
      other(code),
      other(code),
      other(code),
    ])
    for (const { child } of others)
      if (child.exitCode === null) await once(child, 'close')
    expect(others.map(({ child }) => child.exitCode)).toEqual([0, 0, 0])
    expect(readdirSync(root.pending)).toEqual([])
  }, 30_000)

  function leftover(id: string): string {
    return join(root.pending, `thing-${id}`)
  }

  test('that is slow does not keep others from beginning', async () => {
    const { child } = await other(`
      const slow = () => new Promise((done) => setTimeout(done, 300))
      console.log('ready')
      for (;;) await sweep(root, { thing: slow })`)
    try {
      for (let made = 0; made < 1500; made++) begin(root, 'thing').done()
    } finally {
      await end(child)
    }
  }, 30_000)
})

test('what containers use is held as well', () => {
  mkdirSync(join(root.containers, 'web'))
  writeFileSync(join(root.containers, 'web', 'uses'), 'layer a\nlayer b')
  const pending = begin(root, 'thing', '1')
  pending.hold(['layer b'])
  expect(Object.fromEntries(held(root))).toEqual({
    'layer a': ['web'],
    'layer b': ['thing-1', 'web'],
  })
  pending.done()
})
