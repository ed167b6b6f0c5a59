// What a registry says with a 401: whom to ask, and for what.
//
//   WWW-Authenticate: Bearer realm="https://auth.example.org/token",
//                     service="registry", Basic realm="registry"
//
// RFC 9110 11.6.1

/** One way to log in that a server offers. */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
}

const separator = /[\s,]*/y
const word = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y
const value = /\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",=]+))/y

/** Reads a WWW-Authenticate header; it ends where it makes no sense. */
export function parseChallenges(header: string): Challenge[] {
  const found: { scheme: string; parameters: Map<string, string> }[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(header)
    if (match) at = pattern.lastIndex
    return match
  }
  for (;;) {
    take(separator)
    const name = take(word)?.[0].toLowerCase()
    if (name === undefined) return found
    const given = take(value)
    if (!given && header[at] === '=') return found
    if (!given) found.push({ scheme: name, parameters: new Map() })
    else {
      const text = given[1]?.replace(/\\(.)/g, '$1') ?? given[2] ?? ''
      found.at(-1)?.parameters.set(name, text)
    }
  }
}
