import { describe, expect, test } from 'vitest'

import { fromDocs } from './from-docs.ts'

interface Said {
  readonly kind: 'answer' | 'unreadable'
  readonly word?: string
  readonly answer?: string
  readonly why?: string
  readonly widening?: readonly string[]
  readonly steps?: readonly { text: string; answer?: string; to?: number }[]
}

const { ask } = await fromDocs<{
  ask(question: {
    text: string
    arch: string
    capabilities: readonly string[]
  }): Said
}>('theme/filter-model.ts')

const usual = ['CAP_SYS_CHROOT']
const said = (
  text: string,
  arch = 'SCMP_ARCH_X86_64',
  capabilities: readonly string[] = usual,
) => ask({ text, arch, capabilities })

describe('the filter is asked', () => {
  test.each([
    ['read(0)', 'ALLOW', 'named'],
    ['  read ( 3 , buffer , 100 ) ; ', 'ALLOW', 'named'],
    ['openat(-100, "/etc/passwd", flags', 'ALLOW', 'named'],
    ['unshare(CLONE_NEWUSER)', 'EPERM', 'unnamed'],
    ['unshare', 'EPERM', 'unnamed'],
    ['clone(SIGCHLD)', 'ALLOW', 'argument'],
    ['clone(CLONE_NEWUSER | SIGCHLD)', 'EPERM', 'argument'],
    ['clone3()', 'ENOSYS', 'hidden'],
    ['socket(AF_INET, SOCK_STREAM)', 'ALLOW', 'argument'],
    ['socket(AF_ALG, 5, 0)', 'EPERM', 'argument'],
    ['socket(0x100000002)', 'EPERM', 'argument'],
    ['ioctl(0, TIOCSTI, text)', 'EPERM', 'argument'],
    ['ioctl(0, 0x700005412)', 'EPERM', 'argument'],
    ['ioctl(0, 0x5413)', 'ALLOW', 'argument'],
    ['9999', 'ENOSYS', 'newer'],
    ['400', 'EPERM', 'unnamed'],
  ])('%s', (text, answer, why) => {
    expect(said(text)).toMatchObject({ kind: 'answer', answer, why })
  })

  test.each([
    ['nonsense(1)', 'nonsense'],
    ['', ''],
    ['openat(AT, "/etc/passwd")', 'AT'],
    ['unshare(CLONE_NEWALL)', 'CLONE_NEWALL'],
    ['socketcall(1)', 'socketcall'], // x86-64 has none
    ['read(1, 2, 3, 4, 5, 6, 7)', '1, 2, 3, 4, 5, 6, 7'],
  ])('%s is not understood', (text, word) => {
    expect(said(text)).toEqual({ kind: 'unreadable', word })
  })

  test.each([
    ['SCMP_ARCH_X86', 'unshare', 'EPERM', 'unnamed'],
    ['SCMP_ARCH_X86', 'socketcall(1)', 'EPERM', 'multiplexed'],
    ['SCMP_ARCH_X86', 'socketcall(2)', 'ALLOW', 'argument'],
    ['SCMP_ARCH_X86', 'personality(-1)', 'ALLOW', 'argument'],
    ['SCMP_ARCH_X32', 'unshare', 'EPERM', 'unnamed'],
    ['SCMP_ARCH_X32', 'read', 'ALLOW', 'named'],
    ['SCMP_ARCH_AARCH64', 'read', 'KILL_PROCESS', 'foreign'],
  ])('by another way: %s %s', (arch, text, answer, why) => {
    expect(said(text, arch)).toMatchObject({ answer, why })
  })

  test('a capability widens it', () => {
    const refused = said('mount')
    expect(refused).toMatchObject({
      answer: 'EPERM',
      widening: ['CAP_SYS_ADMIN'],
    })
    const admin = said('mount', undefined, ['CAP_SYS_ADMIN'])
    expect(admin).toMatchObject({ answer: 'ALLOW', why: 'named' })
    expect(said('keyctl').widening).toEqual([])
  })
})

test('the steps lead from the architecture to the answer', () => {
  const { steps = [] } = said('socket(AF_ALG)')
  const texts = steps.map(({ text }) => text)
  expect(texts.slice(0, 3)).toEqual([
    'load arch',
    '= x86-64 ?',
    'load number',
  ])
  expect(steps[1]).toMatchObject({ answer: 'yes' })
  expect(texts).toContain('load args[0] lower')
  expect(texts).toContain('= 16 ?')
  expect(texts.at(-1)).toBe('return EPERM')
  for (const { text, answer } of steps)
    expect(answer !== undefined).toBe(text.endsWith('?'))
})
