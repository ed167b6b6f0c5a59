// Where a registry may send somebody who asks it for something.
//
// A redirect is the word of a stranger. It may lead to http and https only,
// never from https to http, and never from the internet into this machine.
//
// RFC 9110 15.4, CVE-2020-15157

import type { LookupFunction } from 'node:net'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { isLinkLocal, isLoopback } from './hosts.ts'

// #region redirect
/** The URL that `location` means, seen from `from`, or a refusal. */
export function redirected(from: URL, location: string, origin: URL): URL {
  const to = URL.parse(location, from.href)
  if (!to) throw refusal(from, 'sends on to what is no URL')
  const where = `sends on to ${shownUrl(to)}`
  if (to.protocol !== 'https:' && to.protocol !== 'http:')
    throw refusal(from, `${where}: neither http nor https`)
  if (from.protocol === 'https:' && to.protocol === 'http:')
    throw refusal(from, `${where}: from https into the clear`)
  if (!mayReach(to.hostname, origin.hostname))
    throw refusal(from, `${where}: an address of this machine or wire`)
  to.username = ''
  to.password = ''
  return to
}

/** Whether a host of this name may send rocker to that one. */
export function mayReach(hostname: string, origin: string): boolean {
  if (hostname === origin) return true
  if (isLinkLocal(hostname)) return false
  return !isLoopback(hostname) || isLoopback(origin)
}
// #endregion redirect

/** Resolves names as usual, but not to where `origin` may not send. */
export function guarded(lookup: LookupFunction, origin: string) {
  const guard: LookupFunction = (hostname, options, done) =>
    lookup(hostname, options, (error, address, family) => {
      const found = Array.isArray(address)
        ? address.map((entry) => entry.address)
        : [address]
      const isBad = !error && found.some((one) => !mayReach(one, origin))
      if (isBad) done(new Error(`${hostname} is this machine`), '', 0)
      else done(error, address, family)
    })
  return guard
}

/** Scheme, host and path: what follows may hold a secret. */
export function shownUrl(url: URL): string {
  const { protocol, host, pathname } = url
  return `${protocol}//${host}${pathname}`.slice(0, 200)
}

function refusal(url: URL, why: string): RockerError {
  return new RockerError('refused', `ask ${shownUrl(url)}: it ${why}`)
}
