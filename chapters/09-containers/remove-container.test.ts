import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { writeContainer } from '../../test/support/written-container.ts'
import {
  type DataRoot,
  dataRoot,
  makeDataRoot,
} from '../05-overlay/data-root.ts'
import { sweep } from '../05-overlay/leftovers.ts'

import { fleetingFolder } from './container.ts'
import { claimName, folderOf } from './names.ts'
import { containerRemovers } from './remove-container.ts'

let root: DataRoot
beforeEach(() => {
  root = dataRoot(mkdtempSync(join(tmpdir(), 'rocker-remove-')))
  makeDataRoot(root)
})
afterEach(() => rmSync(root.path, { recursive: true }))

const [lost, kept] = ['a'.repeat(64), 'b'.repeat(64)]
const next = () => sweep(root, containerRemovers(root))
const names = () => readdirSync(folderOf(root))

describe('the next command frees the name of a container', () => {
  test('that was killed while it was made', async () => {
    mkdirSync(fleetingFolder(root, lost))
    await claimName(root, lost, 'web')
    expect(await next()).toEqual([])
    expect(names()).toEqual([])
  })

  test('that was killed while it took the name of one that is gone', async () => {
    await claimName(root, kept, 'web')
    mkdirSync(fleetingFolder(root, lost))
    symlinkSync(lost, join(folderOf(root), `.${lost}`))
    expect(await next()).toEqual([])
    expect(names()).toEqual(['web'])
  })

  test('that was to go at its end, also where it has two', async () => {
    await claimName(root, lost, 'web')
    writeContainer(root, { id: lost, name: 'web', autoRemove: true })
    await claimName(root, lost, 'front')
    mkdirSync(join(root.pending, `running-${lost}`))
    expect(await next()).toEqual([])
    expect(names()).toEqual([])
  })
})

test('a container that was made keeps its name, whatever looks unfinished', async () => {
  await claimName(root, kept, 'web')
  writeContainer(root, { id: kept, name: 'web' })
  mkdirSync(fleetingFolder(root, kept)) // it was moved just now
  expect(await next()).toEqual([])
  expect(names()).toEqual(['web'])
})
