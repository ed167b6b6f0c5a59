// Certificates of our own making: one that vouches for itself, or one that an
// authority of ours vouches for. What they are made of lies in a folder.

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** As tls.createServer takes it, and where it lies. */
export interface Certificate {
  readonly key: string
  readonly cert: string
  readonly path: (file: 'key' | 'cert') => string
}

/** Makes a certificate for a host's name; `until` as 20991231235959Z. */
export function makeCertificate(
  folder: string,
  name: string,
  more: { until?: string; by?: Certificate } = {},
): Certificate {
  const path = (file: string) => join(folder, `${name}.${file}`)
  writeFileSync(
    path('conf'),
    `[ca]\ndefault_ca=d\n[d]\ndatabase=${path('db')}\nnew_certs_dir=${folder}
     rand_serial=yes\ndefault_md=sha256\ncopy_extensions=copy\npolicy=p\n[p]
     commonName=supplied\n`,
  )
  writeFileSync(path('db'), '')
  const { until = '20991231235959Z', by } = more
  const signer = by
    ? `-keyfile ${by.path('key')} -cert ${by.path('cert')}`
    : `-keyfile ${path('key')} -selfsign`
  openssl(`req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes
    -subj /CN=${name} -addext subjectAltName=DNS:${name}
    -addext basicConstraints=CA:${by ? 'FALSE' : 'TRUE'}
    -keyout ${path('key')} -out ${path('csr')}`)
  openssl(`ca -batch -notext -config ${path('conf')} ${signer}
    -startdate 20200101000000Z -enddate ${until}
    -in ${path('csr')} -out ${path('cert')}`)
  return {
    key: readFileSync(path('key'), 'utf8'),
    cert: readFileSync(path('cert'), 'utf8'),
    path,
  }
}

function openssl(words: string): void {
  execFileSync('openssl', words.trim().split(/\s+/), { stdio: 'pipe' })
}
