// Whose word is taken that a server is who it says, and what is shown to one
// that asks who rocker is.
//
//   Node's own list         Mozilla's authorities, and NODE_EXTRA_CA_CERTS
//   certs.d/HOST/*.crt      those of one registry, where docker has them
//   this system's list      what its owner added; read when the others fail,
//                           for reading it takes a tenth of a second
//   certs.d/HOST/*.cert     rocker's own for that registry; *.key is the key
//
// https://docs.docker.com/engine/security/certificates/

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SecureContext } from 'node:tls'

import { RockerError } from '../01-syscalls/rocker-error.ts'

const dockersFolder = '/etc/docker/certs.d'

/**
 * Whom to believe about the server of a URL, and what to show it, for
 * tls.connect; undefined where Node's own list has to do. `isWide` adds the
 * list of this system.
 */
export function trustFor(
  url: URL,
  { folder = dockersFolder, isWide = false },
): SecureContext | undefined {
  const { host, hostname, port } = url
  const names = port ? [host] : [host, `${hostname}:443`]
  const folders = names.map((name) => join(folder, name))
  const own = folders.flatMap(authoritiesIn)
  const shown = folders.flatMap(clientsIn)
  if (own.length === 0 && shown.length === 0 && !isWide) return undefined
  const { createSecureContext, getCACertificates } = tls()
  const system = isWide ? getCACertificates('system') : []
  const all = [...getCACertificates('default'), ...system, ...own]
  return createSecureContext({
    ca: [...new Set(all)],
    cert: shown.map(({ cert }) => cert),
    key: shown.map(({ key }) => key),
  })
}

/** Whether an error says that nobody vouches for the server. */
export function isStranger(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException
  return /ISSUER|SELF_SIGNED|LEAF_SIGNATURE/.test(code)
}

function authoritiesIn(folder: string): string[] {
  return namesIn(folder, '.crt').map((name) =>
    readPem(join(folder, `${name}.crt`), parseCertificate),
  )
}

const parseCertificate = (pem: string) => new X509Certificate(pem)

/** A certificate and its key have one name, and one needs the other. */
function clientsIn(folder: string): { cert: string; key: string }[] {
  const ends = ['.cert', '.key']
  const names = new Set(ends.flatMap((end) => namesIn(folder, end)))
  return [...names].map((name) => ({
    cert: readPem(join(folder, `${name}.cert`), parseCertificate),
    key: readPem(join(folder, `${name}.key`), createPrivateKey),
  }))
}

/** "ca.crt" → "ca" */
function namesIn(folder: string, end: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(end))
      .map((name) => name.slice(0, -end.length))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw unreadable(folder, cause)
  }
}

function readPem(path: string, check: (pem: string) => unknown): string {
  try {
    const pem = readFileSync(path, 'utf8')
    check(pem) // Node itself would pass over a certificate that is none
    return pem
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function unreadable(path: string, cause: unknown): RockerError {
  return new RockerError('damaged', `read the certificates in ${path}`, {
    cause,
    hint: 'NAME.crt is an authority, NAME.cert and NAME.key are yours: all begin with -----BEGIN',
  })
}

function tls() {
  return process.getBuiltinModule('node:tls')
}
