// Two versions of a file, as git shows what differs between them.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const headLines = 4 // diff, index, ---, +++

// #region difference
/** What leads from one to the other; empty where they are the same. */
export function difference(before: string, after: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rocker-learn-'))
  try {
    writeFileSync(join(folder, 'before'), before)
    writeFileSync(join(folder, 'after'), after)
    const color = process.stdout.isTTY ? 'always' : 'never'
    const args = ['diff', '--no-index', `--color=${color}`]
    const files = ['before', 'after']
    const { stdout } = spawnSync('git', [...args, ...files], {
      cwd: folder,
      encoding: 'utf8',
    })
    return stdout.split('\n').slice(headLines).join('\n').trimEnd()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
// #endregion difference
