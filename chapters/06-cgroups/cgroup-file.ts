// The files of a cgroup are its switches and its meters.
//
//   pids.current        17
//   memory.events       low 0
//                       oom_kill 1
//
// A file that is not there belongs to a controller that this machine does not
// have, or to a cgroup that is gone: both are no number.

import { readFileSync } from 'node:fs'

/** The number in a file, or behind a word in it; undefined where there is none. */
export function readNumber(
  path: string,
  word?: string,
): number | undefined {
  // #region exercise-read-meter
  const content = readText(path)
  const line =
    word === undefined
      ? content
      : content.split('\n').find((row) => row.startsWith(`${word} `))
  const [, digits] = /(?:^| )(\d+)$/.exec(line?.trim() ?? '') ?? []
  return digits === undefined ? undefined : Number(digits)
  // #endregion exercise-read-meter
}

/** The text in a file, without the space around it; '' where there is none. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}
