// The workshop's own git: nothing that a reader wrote is lost.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export function hasGit(): boolean {
  return spawnSync('git', ['--version']).status === 0
}

export function isRepository(folder: string): boolean {
  return existsSync(join(folder, '.git'))
}

// #region commit-all
/** Commits what is there; answers whether anything was new. */
export function commitAll(folder: string, message: string): boolean {
  if (!isRepository(folder)) git(folder, 'init', '-q')
  git(folder, 'add', '-A')
  const isNew = git(folder, 'status', '--porcelain') !== ''
  if (isNew) git(folder, 'commit', '-q', '--no-verify', '-m', message)
  return isNew
}
// #endregion commit-all

/** Whoever the reader is, and whatever is in their configuration. */
function git(folder: string, ...args: readonly string[]): string {
  const settings = [
    'user.name=reader',
    'user.email=reader@localhost',
    'commit.gpgSign=false',
    'core.autocrlf=false',
    `safe.directory=${folder}`, // root's terminal, another's folder
  ].flatMap((setting) => ['-c', setting])
  return execFileSync('git', ['-C', folder, ...settings, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
