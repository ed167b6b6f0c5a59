// --env-file and --label-file: a name and its value a line, as docker reads
// them.
//
//   # a comment
//   NAME=value with blanks, and "quotes" that stay
//   HOME                     the caller's own

import { readFileSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'

/** The lines that `-e` would take, or `--label`. */
export function readEnvFile(path: string): string[] {
  return readText(path)
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, '').trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => checkName(line, path))
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new RockerError(
      'not-found',
      `read the names and values in ${path}`,
      {
        cause,
        hint: 'a file with a NAME=VALUE a line',
      },
    )
  }
}

function checkName(line: string, path: string): string {
  const [name = ''] = line.split('=')
  if (name !== '' && !/\s/.test(name)) return line
  throw new RockerError(
    'bad-input',
    `read the names and values in ${path}: ${JSON.stringify(line)}`,
    { hint: 'a line is NAME=VALUE, and a name has no blanks' },
  )
}
