import { expect, test } from 'vitest'

import type { Syscall } from '../01-syscalls/syscall.ts'
import type { Container } from '../09-containers/container.ts'
import type { Part } from '../09-containers/part.ts'

import { inside } from './inside.ts'

const container = { id: '3f2a' } as Container

test('each part says in its turn what a process does that comes later', () => {
  const parts = [
    part('session', [call('setsid')]),
    part('nothing later'),
    part('program', [call('chdir'), call('execve')]),
  ]
  expect(names(inside({ container, parts }))).toEqual([
    'setsid',
    'chdir',
    'execve',
  ])
})

test('what it has of pid 1 comes before all of them', () => {
  const parts = [part('program', [call('execve')])]
  const inherited = [call('prlimit64')]
  expect(names(inside({ container, parts, inherited }))).toEqual([
    'prlimit64',
    'execve',
  ])
})

test('a part is asked about this container', () => {
  const asked: Container[] = []
  const later = (about: Container) => {
    asked.push(about)
    return []
  }
  inside({ container, parts: [{ ...part('curious'), later }] })
  expect(asked).toEqual([container])
})

function part(name: string, calls?: readonly Syscall[]): Part {
  return {
    name,
    inside: () => ({}),
    ...(calls ? { later: () => calls } : {}),
  }
}

function call(name: Syscall['name']): Syscall {
  return { name, args: [] }
}

function names(calls: readonly Syscall[]): string[] {
  return calls.map(({ name }) => name)
}
