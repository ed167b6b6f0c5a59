// A tree that strangers made is removed whole, and nothing beside it.

import { execFileSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { played, sanitizedShim } from '../../test/support/played.ts'
import { flags } from '../01-syscalls/syscall.ts'

import { shimPath } from './plan-file.ts'

let base = ''
let tree = ''

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'remove-'))
  tree = join(base, 'tree')
  mkdirSync(tree)
})

afterEach(() => rmSync(base, { recursive: true, force: true }))

/** The errno that it answers, or nothing. */
async function remove(
  path: string,
  program = shimPath(),
  last: string | null = null,
): Promise<string | undefined> {
  const plan = {
    main: [
      { name: 'remove_tree', args: [flags('AT_FDCWD'), path, last] },
    ] as const,
    after: [],
  }
  const { failure, stderr } = await played(plan, { program })
  expect(stderr).toBe('')
  return failure?.errnoName
}

describe.each([
  ['the shim', shimPath],
  ['the shim with sanitizers', sanitizedShim],
])('%s removes', (_, program) => {
  const removing = (path = tree) => remove(path, program())

  test.each<[string, () => void]>([
    ['an empty folder', () => {}],
    ['files and folders', () => makeTree(tree)],
    [
      'names that are odd',
      () => {
        for (const name of [
          'a\nb',
          ' ',
          '-rf',
          '*',
          '\u001b[2J',
          '.removed-0',
        ])
          mkdirSync(join(tree, name, 'in'), { recursive: true })
        writeFileSync(
          Buffer.concat([Buffer.from(`${tree}/`), Buffer.of(0xff, 0xfe)]),
          '',
        )
        writeFileSync(join(tree, 'n'.repeat(255)), '')
      },
    ],
    [
      'what nobody may read',
      () => mkdirSync(join(tree, 'a', 'b'), { recursive: true, mode: 0 }),
    ],
    [
      'fifos, sockets and devices',
      () => execFileSync('mknod', [join(tree, 'pipe'), 'p']),
    ],
    [
      'five thousand files',
      () => {
        for (let i = 0; i < 5000; i++) writeFileSync(join(tree, `${i}`), '')
      },
    ],
    [
      'what is in use',
      () => {
        makeTree(tree)
        openSync(join(tree, 'a/file'), 'r')
      },
    ],
    ['a tree 2,000 deep', () => makeDeep(tree, 2000)],
  ])('%s', async (_title, make) => {
    make()
    expect(await removing()).toBeUndefined()
    expect(readdirSync(base)).toEqual([])
  })

  test('a file, and a link but not what it leads to', async () => {
    writeFileSync(join(base, 'file'), '')
    symlinkSync(tree, join(base, 'link'))
    writeFileSync(join(tree, 'kept'), '')
    expect(await removing(join(base, 'file'))).toBeUndefined()
    expect(await removing(join(base, 'link'))).toBeUndefined()
    expect(readdirSync(base)).toEqual(['tree'])
    expect(readdirSync(tree)).toEqual(['kept'])
  })

  test('links in the tree, and nothing that they lead to', async () => {
    mkdirSync(join(base, 'outside'))
    writeFileSync(join(base, 'outside/file'), 'kept')
    symlinkSync('../outside', join(tree, 'relative'))
    symlinkSync(join(base, 'outside'), join(tree, 'absolute'))
    symlinkSync('..', join(tree, 'up'))
    symlinkSync('self', join(tree, 'self'))
    linkSync(join(base, 'outside/file'), join(tree, 'hard'))
    expect(await removing()).toBeUndefined()
    expect(readdirSync(base)).toEqual(['outside'])
    expect(readFileSync(join(base, 'outside/file'), 'utf8')).toBe('kept')
  })

  test('one file behind all others', async () => {
    makeTree(tree)
    const stubborn = join(tree, 'a/file')
    execFileSync('chattr', ['+i', stubborn])
    try {
      expect(await remove(tree, program(), 'file')).toBe('EPERM')
    } finally {
      execFileSync('chattr', ['-i', stubborn])
    }
    expect(allFiles(tree)).toEqual(['file'])
    expect(await remove(tree, program(), 'file')).toBeUndefined()
    expect(readdirSync(base)).toEqual([])
  })

  test('all but what stands in the place of that by then', async () => {
    makeTree(tree)
    expect(await remove(tree, program(), 'd')).toBeUndefined()
    expect(allFiles(base)).toEqual(['file'])
    expect(readdirSync(tree)).toEqual(['d'])
  })

  test('nothing where nothing is, and calls that a success', async () => {
    expect(await removing(join(base, 'nothing'))).toBeUndefined()
    expect(await removing(join(base, 'no/thing'))).toBeUndefined()
  })

  test.each(['', '.', '..', 'tree/', 'tree/.', 'tree/..'])(
    'not %j, which is no name',
    async (name) => {
      const path = name ? `${base}/${name}` : ''
      expect(await removing(path)).toBe('EINVAL')
      expect(readdirSync(base)).toEqual(['tree'])
    },
  )

  test('what lies behind a link of the host on the way to it', async () => {
    symlinkSync(base, `${base}-link`)
    makeTree(tree)
    expect(await removing(`${base}-link/tree`)).toBeUndefined()
    rmSync(`${base}-link`)
    expect(readdirSync(base)).toEqual([])
  })
})

describe('another mount in the tree', () => {
  test('is left alone, and told; the rest is removed', async () => {
    makeTree(tree)
    const mounted = join(tree, 'a/b')
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', mounted])
    try {
      writeFileSync(join(mounted, 'kept'), '')
      expect(await remove(tree)).toBe('EBUSY')
      expect(readFileSync('/proc/self/mounts', 'utf8')).toContain(base)
      const left = execFileSync('find', [tree, '-type', 'f'], {
        encoding: 'utf8',
      })
      expect(left).toMatch(/^[^\n]*\/kept\n$/)
    } finally {
      const target = mountBelow(base)
      execFileSync('umount', [target])
    }
    expect(await remove(tree)).toBeUndefined()
  })

  test('under which the tree lies is no obstacle', async () => {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', tree])
    try {
      makeTree(join(tree, 'below'))
      expect(await remove(join(tree, 'below'))).toBeUndefined()
      expect(readdirSync(tree)).toEqual([])
    } finally {
      execFileSync('umount', [tree])
    }
  })

  test('that is the tree itself is not emptied', async () => {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', tree])
    try {
      makeTree(join(tree, 'below'))
      expect(await remove(tree)).toBe('EBUSY')
      expect(readdirSync(tree)).toEqual(['below'])
    } finally {
      execFileSync('umount', [tree])
    }
  })
})

test('a file that may not be removed is told, and the rest goes', async () => {
  makeTree(tree)
  const stubborn = join(tree, 'a/b/stubborn')
  writeFileSync(stubborn, '')
  execFileSync('chattr', ['+i', stubborn])
  try {
    expect(await remove(tree)).toBe('EPERM')
    expect(allFiles(tree)).toEqual(['stubborn'])
  } finally {
    const path = execFileSync('find', [tree, '-name', 'stubborn'], {
      encoding: 'utf8',
    }).trim()
    execFileSync('chattr', ['-i', path])
  }
  expect(await remove(tree)).toBeUndefined()
})

test('a tree 100,000 deep is removed, here in memory', async () => {
  const deep = mkdtempSync('/dev/shm/remove-')
  makeDeep(deep, 100_000)
  expect(await remove(deep)).toBeUndefined()
  expect(existsSync(deep)).toBe(false)
})

function makeTree(at: string): void {
  for (const folder of ['a/b/c', 'd', 'a/e'])
    mkdirSync(join(at, folder), { recursive: true })
  for (const file of ['a/file', 'a/b/file', 'a/b/c/file', 'd/file', 'file'])
    writeFileSync(join(at, file), file)
}

/** No path is that long: so each folder is made in the one before. */
function makeDeep(at: string, depth: number): void {
  const script = `
import os, sys
os.chdir(sys.argv[1])
for i in range(int(sys.argv[2])):
    os.mkdir("d")
    os.chdir("d")
open("bottom", "w")`
  execFileSync('python3', ['-c', script, at, `${depth}`])
  expect(statSync(join(at, 'd/d/d')).isDirectory()).toBe(true)
}

function mountBelow(folder: string): string {
  const lines = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  const found = lines.find((one) => one.includes(` ${folder}/`))
  return found?.split(' ')[1] ?? ''
}

function allFiles(folder: string): string[] {
  return execFileSync('find', [folder, '-type', 'f', '-printf', '%f\n'], {
    encoding: 'utf8',
  })
    .split('\n')
    .filter((name) => name !== '')
}
