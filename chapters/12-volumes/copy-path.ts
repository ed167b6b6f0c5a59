// A path as `cp` takes it. Its end says what is meant:
//
//   dir     the folder
//   dir/    the folder, and nothing but a folder
//   dir/.   what is in the folder
//
// The rest is cleaned as text, as docker does: `a/../b` is `b`, whatever a is.

import { readlinkSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import {
  cleanPath,
  nameOf,
  type RawPath,
  rawPath,
} from '../08-images/raw-path.ts'

/** A path that was asked for. */
export interface WantedPath {
  /** From the root of its tree on: `/usr/bin`, `/`. */
  readonly path: RawPath
  readonly ending: '' | '/' | '/.'
  /** What its copy is called; `.` where only what is in it is copied. */
  readonly name: RawPath
}

/** In a container, where every path begins at the root. */
export function containerPath(typed: RawPath): WantedPath {
  return wanted(typed, cleanPath(typed))
}

/** On the host, from the working directory. */
export function hostPath(typed: RawPath): WantedPath {
  const here = rawPath(readlinkSync('/proc/self/cwd', 'buffer'))
  const from = typed.startsWith('/') ? '' : `${here}/`
  return wanted(typed, cleanPath(from + typed))
}

// "dir/sub/.." and "dir" → { path: '/dir', ending: '', name: 'dir' }
function wanted(typed: RawPath, cleaned: RawPath): WantedPath {
  if (typed === '')
    throw new RockerError('bad-input', 'copy: a path is empty', {
      hint: 'the root of a container is NAME:/',
    })
  const ending = /(^|\/)\.$/.test(typed)
    ? '/.'
    : typed.endsWith('/')
      ? '/'
      : ''
  const isContent = ending === '/.' || cleaned === ''
  return {
    path: `/${cleaned}`,
    ending: cleaned === '' ? '' : ending,
    name: isContent ? '.' : nameOf(cleaned),
  }
}
