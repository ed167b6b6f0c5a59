// Whose word is taken that a server is who it says.
//
//   Node's own list         Mozilla's authorities, and NODE_EXTRA_CA_CERTS
//   certs.d/HOST/*.crt      those of one registry, where docker has them
//   this system's list      what its owner added; read when the others fail,
//                           for reading it takes a tenth of a second
//
// https://docs.docker.com/engine/security/certificates/

import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SecureContext } from 'node:tls'

import { RockerError } from '../01-syscalls/rocker-error.ts'

const dockersFolder = '/etc/docker/certs.d'

/**
 * Whom to believe about the server of a URL, for tls.connect; undefined where
 * Node's own list has to do. `isWide` adds the list of this system.
 */
export function trustFor(
  url: URL,
  { folder = dockersFolder, isWide = false },
): SecureContext | undefined {
  const { host, hostname, port } = url
  const names = port ? [host] : [host, `${hostname}:443`]
  const own = names.flatMap((name) => certificates(join(folder, name)))
  if (own.length === 0 && !isWide) return undefined
  const { createSecureContext, getCACertificates } = tls()
  const system = isWide ? getCACertificates('system') : []
  const all = [...getCACertificates('default'), ...system, ...own]
  return createSecureContext({ ca: [...new Set(all)] })
}

/** Whether an error says that nobody vouches for the server. */
export function isStranger(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException
  return /ISSUER|SELF_SIGNED|LEAF_SIGNATURE/.test(code)
}

function certificates(folder: string): string[] {
  let path = folder
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.crt'))
      .map((name) => {
        path = join(folder, name)
        const pem = readFileSync(path, 'utf8')
        new X509Certificate(pem) // Node itself would pass over what is none
        return pem
      })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new RockerError('damaged', `read the certificates in ${path}`, {
      cause,
      hint: 'a certificate begins with -----BEGIN CERTIFICATE-----',
    })
  }
}

function tls() {
  return process.getBuiltinModule('node:tls')
}
