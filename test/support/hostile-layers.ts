// Entries and tables for archives that want out, or that want to break what
// reads them. Each is refused or contained: the victim never changes.

import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import { RockerError } from '../../chapters/01-syscalls/rocker-error.ts'

import { type ArchiveEntry, archive } from './archive-builder.ts'
import type { LayerSandbox } from './layer-sandbox.ts'
import { treeOf } from './tree.ts'

/** Any files, as long as nothing is outside. */
export const anywhere = 'inside'
/** A refusal that says this, or these files and no others. */
export type Outcome = RegExp | readonly string[] | typeof anywhere
export type Case = [name: string, archive: Buffer, outcome: Outcome]

const root: ArchiveEntry = { name: './', type: '5' }

/** A case of an archive that is in order, but for what its entries say. */
export function entries(
  name: string,
  list: readonly ArchiveEntry[],
  outcome: Outcome,
): Case {
  return [name, archive(root, ...list), outcome]
}

export const file = (name: string | Buffer, more: ArchiveEntry = {}) => ({
  name,
  ...more,
})
export const folder = (name: string, more: ArchiveEntry = {}) => ({
  name,
  type: '5',
  ...more,
})
export const link = (name: string, target: string | Buffer) => ({
  name,
  type: '2',
  target,
})
export const hard = (name: string, target: string) => ({
  name,
  type: '1',
  target,
})
export const pax = (...records: [string, string | Buffer][]) => ({
  pax: records,
})
export const record = (text: string) => ({
  name: 'pax',
  type: 'x',
  body: text,
})
export const deep = (folders: number) => 'd/'.repeat(folders)
export const many = (count: number, make: (i: number) => ArchiveEntry) =>
  Array.from({ length: count }, (_, i) => make(i))

/** A test for each case. */
export function testHostile(
  sandbox: LayerSandbox,
  tables: Readonly<Record<string, readonly Case[]>>,
): void {
  beforeEach(() => sandbox.clean())
  afterAll(() => sandbox[Symbol.dispose]())
  describe.each(Object.entries(tables))('hostile %s', (_, cases) => {
    test.each(cases)('%s', async (_name, bytes, outcome) => {
      const before = sandbox.outside()
      const error = await sandbox.unpack(bytes).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(sandbox.outside()).toEqual(before)
      if (outcome instanceof RegExp) {
        expect(error).toBeInstanceOf(RockerError)
        expect(error).toMatchObject({
          message: expect.stringMatching(outcome),
        })
        return
      }
      expect(error).toBeUndefined()
      const { into } = sandbox
      if (outcome !== anywhere)
        expect(
          treeOf(into, ['times', 'content', 'root', 'xattrs']),
        ).toEqual(outcome)
    })
  })
}
