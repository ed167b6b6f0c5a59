import { expect, test } from 'vitest'

import { formatCall } from '../01-syscalls/format-call.ts'

import {
  type Namespace,
  namespaceFlags,
  newNamespaces,
  unshareCgroup,
} from './namespaces.ts'

test('a process is born into new namespaces by the flags of clone3', () => {
  expect(newNamespaces(['pid', 'mount', 'uts'])).toEqual([
    'CLONE_NEWPID',
    'CLONE_NEWNS',
    'CLONE_NEWUTS',
  ])
  expect(newNamespaces([])).toEqual([])
})

test('but never into a cgroup namespace: it is not in its cgroup yet', () => {
  expect(newNamespaces(['cgroup', 'ipc'])).toEqual(['CLONE_NEWIPC'])
})

test('that one it makes itself, later', () => {
  expect(unshareCgroup(['cgroup', 'ipc']).map(formatCall)).toEqual([
    'unshare(CLONE_NEWCGROUP)',
  ])
  expect(unshareCgroup(['ipc'])).toEqual([])
})

test('each kind is made in one of these two ways', () => {
  const kinds = Object.keys(namespaceFlags) as Namespace[]
  const ways = kinds.map(
    (kind) => newNamespaces([kind]).length + unshareCgroup([kind]).length,
  )
  expect(ways).toEqual(kinds.map(() => 1))
})
