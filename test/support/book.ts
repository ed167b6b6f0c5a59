// A copy of this tree as somebody has it who has just cloned it.

import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { copied } from '../../chapters/00-workshop/workshop.ts'

const top = dirname(dirname(import.meta.dirname))
const longAgo = new Date('2001-01-01') // nothing is to be installed

export interface Book {
  readonly path: string
  remove(): void
}

export function copyOfBook(): Book {
  const path = mkdtempSync(join(tmpdir(), 'rocker-book-'))
  mkdirSync(join(path, 'test'))
  for (const name of [...copied, 'package.json', 'tsconfig.json'])
    cpSync(join(top, name), join(path, name), {
      recursive: true,
      preserveTimestamps: true,
    })
  cpSync(join(top, 'package-lock.json'), join(path, 'package-lock.json'))
  utimesSync(join(path, 'package-lock.json'), longAgo, longAgo)
  symlinkSync(join(top, 'node_modules'), join(path, 'node_modules'))
  return { path, remove: () => rmSync(path, { recursive: true }) }
}
