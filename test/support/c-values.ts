// What the headers of this machine say: a small C program prints it.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * The values of C expressions, by name: `O_PATH` → 2097152n. What `defines` has
 * is defined before the headers, which ask for it.
 */
export function cValues(
  headers: readonly string[],
  names: readonly string[],
  defines: readonly string[] = [],
): Map<string, bigint> {
  const folder = mkdtempSync(join(tmpdir(), 'c-values-'))
  try {
    const source = join(folder, 'values.c')
    writeFileSync(source, programFor(headers, names))
    const options = defines.map((name) => `-D${name}`)
    execFileSync('gcc', [...options, '-o', join(folder, 'values'), source])
    const printed = execFileSync(join(folder, 'values'), {
      encoding: 'utf8',
    })
    return new Map(printed.trimEnd().split('\n').map(parseLine))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function programFor(
  headers: readonly string[],
  names: readonly string[],
): string {
  return [
    '#define _GNU_SOURCE',
    ...['stdio.h', ...headers].map((header) => `#include <${header}>`),
    'int main(void) {',
    ...names.map(
      (name) => `printf("%s %lld\\n", "${name}", (long long)(${name}));`,
    ),
    '}',
  ].join('\n')
}

function parseLine(line: string): [string, bigint] {
  const space = line.lastIndexOf(' ')
  return [line.slice(0, space), BigInt(line.slice(space + 1))]
}
