// The search for a program: which files are tried, and which refusals count.

import { describe, expect, test } from 'vitest'

import { defaultPath, execute } from './execute.ts'

const pathsOf = (program: string, ...env: readonly string[]) =>
  execute({ argv: [program], env }).map(({ args }) => args[0])

describe('a program without a slash', () => {
  test('is tried in each folder of PATH, and at the end nowhere', () => {
    expect(pathsOf('ls', 'A=/a', 'PATH=/x:/y/z')).toEqual([
      '/x/ls',
      '/y/z/ls',
      '',
    ])
  })

  test('may be missing in all places but the last', () => {
    const calls = execute({ argv: ['ls'], env: ['PATH=/x:/y'] })
    expect(calls.map(({ ignore }) => ignore?.includes('ENOENT'))).toEqual([
      true,
      true,
      undefined,
    ])
  })

  test('is not looked for any further when there is no memory for it', () => {
    const [first] = execute({ argv: ['ls'], env: [] })
    expect(first?.ignore).not.toContain('ENOMEM')
    expect(first?.ignore).not.toContain('E2BIG')
  })

  test('gets the same words wherever it is found', () => {
    const calls = execute({ argv: ['ls', '-l'], env: ['PATH=/x:/y'] })
    const [, words, environment] = calls[0]?.args ?? []
    expect(words).toBeDefined()
    for (const { args } of calls) {
      expect(args[1]).toBe(words)
      expect(args[2]).toBe(environment)
    }
  })

  test('is in the usual folders where PATH is not set', () => {
    const usual = defaultPath.split(':').map((folder) => `${folder}/ls`)
    expect(pathsOf('ls')).toEqual([...usual, ''])
  })

  test('is in the current folder where PATH has an empty one', () => {
    expect(pathsOf('ls', 'PATH=/x::/y')).toEqual([
      '/x/ls',
      './ls',
      '/y/ls',
      '',
    ])
  })
})

test.each(['/bin/ls', './ls', 'a/ls', ''])(
  '%j is tried as it is',
  (path) => {
    expect(pathsOf(path, 'PATH=/x')).toEqual([path])
  },
)
