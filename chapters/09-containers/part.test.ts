import { expect, test } from 'vitest'

import type { Syscall } from '../01-syscalls/syscall.ts'

import type { Container } from './container.ts'
import { compose, type Part } from './part.ts'

const call = (name: string): Syscall => ({ name: 'chdir', args: [name] })
const part = (name: string): Part => ({
  name,
  inside: () => ({
    before: [call(`${name} before`)],
    child: [call(`${name} inside`)],
    meanwhile: [call(`${name} meanwhile`)],
    after: [call(`${name} after`)],
  }),
})
const paths = (calls: readonly Syscall[]) =>
  calls.map(({ args }) => args[0])

test('parts come in their order, and go in the opposite one', () => {
  const share = compose([part('a'), part('b')], {} as Container)
  expect(paths(share.before)).toEqual(['a before', 'b before'])
  expect(paths(share.child)).toEqual(['a inside', 'b inside'])
  expect(paths(share.meanwhile)).toEqual(['a meanwhile', 'b meanwhile'])
  expect(paths(share.after)).toEqual(['b after', 'a after'])
})

test('flags of all parts are one set for clone3, with one cgroup', () => {
  const share = compose(
    [
      { name: 'a', inside: () => ({ flags: ['CLONE_NEWNS'] }) },
      { name: 'b', inside: () => ({ flags: ['CLONE_NEWPID'], cgroup: 7 }) },
    ],
    {} as Container,
  )
  expect(share.flags).toEqual(['CLONE_NEWNS', 'CLONE_NEWPID'])
  expect(share.cgroup).toBe(7)
})
