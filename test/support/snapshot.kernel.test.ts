// A look for leaks that sees nothing proves nothing: so each kind of leak is
// made here on purpose, and must be seen, and gone after it is undone.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { hierarchies } from './cgroup-folders.ts'
import { type Snapshot, settled, snapshot } from './snapshot.ts'

const sandboxed = process.env.ROCKER_TEST !== undefined
const root = process.env.ROCKER_ROOT ?? ''
const cgroup = process.env.ROCKER_CGROUP ?? ''

interface Leak {
  readonly what: string
  readonly seenAs: keyof Snapshot
  /** Makes the leak, and answers how to undo it. */
  make(): Promise<() => void> | (() => void)
}

const run = (command: string) => execFileSync('sh', ['-c', command])

const leaks: readonly Leak[] = [
  {
    what: 'a mount that a child made in its own, but shared, namespace',
    seenAs: 'mounts',
    make() {
      const folder = mkdtempSync(join(tmpdir(), 'leak-'))
      run(
        `unshare --mount --propagation unchanged mount -t tmpfs leak ${folder}`,
      )
      return () => {
        run(`umount ${folder}`)
        rmdirSync(folder)
      }
    },
  },
  {
    what: 'a mount whose propagation has changed',
    seenAs: 'mounts',
    make() {
      run('mount --make-private /proc')
      return () => run('mount --make-shared /proc')
    },
  },
  {
    what: 'a cgroup',
    seenAs: 'cgroups',
    make() {
      const path = join(hierarchies()[0]?.path ?? '', cgroup, 'leak')
      mkdirSync(path, { recursive: true })
      return () => {
        rmdirSync(path)
        rmdirSync(join(path, '..'))
      }
    },
  },
  {
    what: 'a process that lost its parent',
    seenAs: 'processes',
    make() {
      const script = 'setsid sleep 60 >/dev/null 2>&1 & echo $!'
      const pid = Number(`${run(script)}`)
      return () => process.kill(pid, 'SIGKILL')
    },
  },
  {
    what: 'a network namespace that a process lives in',
    seenAs: 'networks',
    async make() {
      const child = spawn('unshare', ['-n', 'sh', '-c', 'echo; read x'])
      await once(child.stdout, 'data')
      return () => void child.kill('SIGKILL')
    },
  },
  {
    what: 'a namespace that is held open',
    seenAs: 'namespaces',
    make() {
      const fd = openSync('/proc/self/ns/uts', 'r')
      return () => closeSync(fd)
    },
  },
  {
    what: 'a link',
    seenAs: 'links',
    make() {
      run('busybox ip link add leak type bridge')
      return () => run('busybox ip link delete leak')
    },
  },
  {
    what: 'a rule of the firewall',
    seenAs: 'firewall',
    make() {
      run('nft add table ip leak')
      return () => run('nft delete table ip leak')
    },
  },
  {
    what: "a file in rocker's store that no image has",
    seenAs: 'files',
    make: () =>
      leakedFile(join(root, 'images/blobs/sha256'), '0'.repeat(64)),
  },
  {
    what: 'a file in /dev/shm',
    seenAs: 'shared',
    make: () => leakedFile('/dev/shm', 'leak'),
  },
  {
    what: 'a temporary folder',
    seenAs: 'temporary',
    make() {
      const folder = mkdtempSync(join(tmpdir(), 'rocker-leak-'))
      return () => rmdirSync(folder)
    },
  },
]

function leakedFile(folder: string, name: string): () => void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), 'left')
  return () => rmSync(join(folder, name))
}

describe.skipIf(!sandboxed)(
  sandboxed
    ? 'a snapshot of the host'
    : 'a snapshot of the host (needs the sandbox of `npm test`)',
  () => {
    test('two snapshots of an idle host are the same', async () => {
      expect(await snapshot()).toEqual(await snapshot())
    })

    test.each(leaks)('sees $what', async ({ seenAs, make }) => {
      const before = await snapshot()
      const undo = await make()
      const after = await settled(before, 100)
      undo()
      expect(after[seenAs]).not.toEqual(before[seenAs])
      expect(await settled(before)).toEqual(before)
    })
  },
)
