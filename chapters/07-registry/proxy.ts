// Whether a request goes by a proxy: HTTP_PROXY, HTTPS_PROXY and NO_PROXY,
// in capitals or not, as curl and Go read them. This machine is never asked
// for through a proxy.

import { isInSubnet, isLoopback } from './hosts.ts'

/** As process.env, from which it comes. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The proxy for a URL, or undefined where the way is direct. */
export function proxyFor(url: URL, env: Environment): string | undefined {
  if (isLoopback(url.hostname)) return undefined
  if (isExempt(url, either(env, 'NO_PROXY') ?? '')) return undefined
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  const proxy = either(env, name)
  if (!proxy) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

// ".example.com" "example.com" "10.0.0.0/8" "host:5000" "*"
function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.toLowerCase()
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return noProxy.split(/[\s,]+/).some((entry) => {
    if (entry === '') return false
    if (entry === '*' || isInSubnet(host, entry)) return true
    const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? []
    const domain = name.toLowerCase().replace(/^\*?\./, '')
    return (
      (only === undefined || only === port) &&
      (host === domain || host.endsWith(`.${domain}`))
    )
  })
}

function either(env: Environment, name: string): string | undefined {
  return env[name.toLowerCase()] || env[name] || undefined
}
