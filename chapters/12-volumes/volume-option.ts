// What -v takes: SOURCE:TARGET:MODE, from which the first and the last may be
// left out.
//
//   /x                 a volume without a name
//   data:/x            the volume data
//   /srv:/x:ro,rslave  a folder of the host; ./srv is one too
//
// docs.docker.com/engine/storage/volumes

import { resolve } from 'node:path'

import {
  propagations,
  readTarget,
  readVolumeName,
  type Typed,
  type WantedMount,
  wrong,
} from './wanted-mount.ts'

const forms = '-v VOLUME:/TARGET, -v /SOURCE:/TARGET:ro, or -v /TARGET'

/** Of each row a mode may have one word. */
const modes: readonly (readonly string[])[] = [
  ['rw', 'ro'],
  ['z', 'Z'], // labels of SELinux: there are none
  propagations,
  ['nocopy'],
  ['consistent', 'cached', 'delegated'], // for docker's virtual machine
]

// #region read-volume
/** Reads one -v. */
export function readVolume(text: string): WantedMount {
  const typed = { flag: '-v', text }
  const fields = text.split(':')
  if (fields.length > 3) throw wrong(typed, 'it has too many colons', forms)
  if (fields.includes(''))
    throw wrong(typed, 'a part of it is empty', forms)
  const [first = '', second, mode = ''] = fields
  if (second === undefined)
    return named({ typed, source: '', target: first, mode })
  return /^\.{0,2}\/|^\.{1,2}$/.test(first)
    ? bound({ typed, source: resolve(first), target: second, mode })
    : named({
        typed,
        source: readVolumeName(first, typed),
        target: second,
        mode,
      })
}
// #endregion read-volume

interface Fields {
  readonly typed: Typed
  readonly source: string
  readonly target: string
  readonly mode: string
}

function bound({ typed, source, target, mode }: Fields): WantedMount {
  const words = readMode(mode, typed)
  if (words.includes('nocopy'))
    throw wrong(
      typed,
      'nocopy is for volumes',
      'a folder of the host is mounted as it is: nothing is copied to it',
    )
  const propagation = words.find((word) => propagations.includes(word))
  return {
    type: 'bind',
    source,
    target: readTarget(target, typed),
    options: ['rbind', ...writability(words), propagation ?? 'rprivate'],
    mode,
    makesSource: true,
  }
}

function named({ typed, source, target, mode }: Fields): WantedMount {
  const words = readMode(mode, typed)
  if (words.some((word) => propagations.includes(word)))
    throw wrong(
      typed,
      'only a folder of the host has a propagation',
      'leave out shared, slave and private, or name a path of the host',
    )
  return {
    type: 'volume',
    source,
    target: readTarget(target, typed),
    options: ['rbind', ...writability(words), 'rprivate'],
    mode: mode || (source ? 'z' : ''), // docker shows it so
    noCopy: words.includes('nocopy'),
  }
}

/** `ro` alone is the mount itself; `rro` also those in it. */
export function writability(words: readonly string[]): string[] {
  return words.includes('ro') ? ['ro', 'rro'] : []
}

/** The words of a mode: `ro,z`. */
export function readMode(mode: string, typed: Typed): string[] {
  const words = mode === '' ? [] : mode.split(',')
  const known = words.every((word) =>
    modes.some((row) => row.includes(word)),
  )
  const clear = modes.every(
    (row) => words.filter((word) => row.includes(word)).length <= 1,
  )
  if (known && clear) return words
  throw wrong(
    typed,
    `the mode ${JSON.stringify(mode)} is ${known ? 'not clear' : 'unknown'}`,
    'ro or rw, z or Z, rslave and its kin, nocopy: with commas between',
  )
}
