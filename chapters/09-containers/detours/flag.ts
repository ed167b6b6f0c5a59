// Detour: a daemon that notes in a file what its container is doing.
//
// It is right as long as it lives. Whoever is killed by kill -9 corrects nothing
// any more, and the file says "running" for ever. A lock cannot be left behind:
// the kernel frees it when its holder is dead.
//
//   flag.ts      prints what the flag says and what the lock says

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { tryLock } from '../../01-syscalls/lock.ts'

// #region detour
async function daemon(folder: string): Promise<void> {
  tryLock(join(folder, 'lock'))
  const flag = join(folder, 'flag')
  const container = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] })
  writeFileSync(flag, 'running')
  console.log('it runs')
  await once(container, 'exit')
  writeFileSync(flag, 'exited') // who is dead by then never comes here
}

async function main(folder: string): Promise<void> {
  const args = [import.meta.filename, folder]
  const other = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(other.stdout, 'data')
  tell('while it lives', folder)
  other.kill('SIGKILL')
  await once(other, 'exit')
  tell('kill -9, and then', folder)
}

function tell(when: string, folder: string): void {
  const flag = readFileSync(join(folder, 'flag'), 'utf8')
  const lock = tryLock(join(folder, 'lock'))
  lock?.release()
  console.log(`${when}: flag ${flag}, lock ${lock ? 'free' : 'held'}`)
}
// #endregion detour

const [folder] = process.argv.slice(2)
if (folder) await daemon(folder)
else {
  const own = mkdtempSync(join(tmpdir(), 'rocker-flag-'))
  await main(own)
  rmSync(own, { recursive: true })
}
