// Debian's docker-registry on a free port of this machine, its data in a
// temporary folder.

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A registry that runs until it is stopped. */
export interface RealRegistry {
  /** `127.0.0.1:40123` */
  readonly host: string
  stop(): Promise<void>
}

/** The one user of a registry with a login. */
export const registryUser = { user: 'rocker', password: 'open sesame' }

// the password above, by `htpasswd -nbB`: the registry takes bcrypt alone
const htpasswd =
  'rocker:$2y$05$YeFGeFh9hlknLX1tdh3DVudz77eo.BVsJ2P/wn8vTKn3I4WBRu8GC\n'

/** Starts a registry; with `login` it lets nobody in but registryUser. */
export async function startRealRegistry(
  options: { login?: boolean } = {},
): Promise<RealRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'rocker-registry-'))
  const auth = {
    htpasswd: { realm: 'test', path: join(folder, 'htpasswd') },
  }
  writeFileSync(auth.htpasswd.path, htpasswd)
  // JSON is YAML
  const configuration = JSON.stringify({
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: join(folder, 'data') },
      delete: { enabled: true },
    },
    http: { addr: '127.0.0.1:0' },
    ...(options.login && { auth }),
  })
  writeFileSync(join(folder, 'config.yml'), configuration)
  // it must not outlive a test that is killed
  const words = ['--pdeathsig', 'KILL', 'docker-registry', 'serve']
  const child = spawn('setpriv', [...words, join(folder, 'config.yml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      rmSync(folder, { recursive: true, force: true })
      resolve()
    })
  })
  const port = new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => reject(new Error('docker-registry ended')))
    createInterface(child.stderr).on('line', (line) => {
      const found = /listening on \S+:(\d+)/.exec(line)?.[1]
      if (found) resolve(found)
    })
  })
  return {
    host: `127.0.0.1:${await port}`,
    stop() {
      child.kill()
      return ended
    },
  }
}
