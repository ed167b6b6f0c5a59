// What goes wrong on the way to a server, in words; and whether another try
// may help.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { TransientError } from './patience.ts'
import { shownUrl } from './redirect.ts'

/** What a network error means to a person, and whether to try again. */
export function explained(url: URL, error: unknown): unknown {
  if (error instanceof RockerError) return error
  const code = String((error as NodeJS.ErrnoException).code ?? '')
  const asked = `ask ${shownUrl(url)}`
  if (broken.has(code))
    return new TransientError(`${asked}: the connection broke (${code})`, {
      cause: error,
    })
  const { message } = error as Error
  const [why, hint] = permanent(code, message, url) ?? [message]
  return new RockerError('unavailable', `${asked}: ${why}`, {
    ...(hint && { hint }),
    cause: error,
  })
}

const broken: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
  'UND_ERR_SOCKET',
])

function permanent(
  code: string,
  message: string,
  { host }: URL,
): [string, string?] | undefined {
  if (code === 'ENOTFOUND') return ['no host has this name']
  if (code === 'ECONNREFUSED') return ['nobody listens there']
  if (/SSL alert/.test(message))
    return [
      'it ends the TLS handshake',
      `if it asks for a certificate: /etc/docker/certs.d/${host}/client.cert and client.key are shown to it`,
    ]
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return [
      'it does not speak TLS',
      'insecure-registries of daemon.json names registries without TLS',
    ]
  if (/CERT|LEAF_SIGNATURE/.test(code))
    return [
      `its certificate is not to be trusted (${code})`,
      `/etc/docker/certs.d/${host}/ca.crt can be an authority that vouches for it`,
    ]
  return undefined
}

/** The error of a server that says nothing any more. */
export function stalled(url: URL, idleMs: number): TransientError {
  return new TransientError(
    `ask ${shownUrl(url)}: nothing came for ${idleMs / 1000} s`,
    { stalled: true },
  )
}
