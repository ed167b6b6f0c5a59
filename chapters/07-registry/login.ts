// Proving to a registry who one is, when it asks.
//
//   GET /v2/…            → 401, Bearer realm="https://auth…/token"
//   GET https://auth…    → {"token": "…"}  with the password, if any
//   GET /v2/…  Bearer …  → 200
//
// The realm is the registry's word: it may be another host, but the
// password goes there by https alone (or as insecurely as the registry
// itself), and never because some host behind a redirect asks for it.
//
// https://distribution.github.io/distribution/spec/auth/token/
// CVE-2020-15157, CVE-2019-10214

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { type Challenge, parseChallenges } from './challenge.ts'
import type { Connections } from './connections.ts'
import {
  type Credentials,
  credentialsFor,
  type Password,
} from './credentials.ts'
import { isListed, isLoopback } from './hosts.ts'
import { ask, whole } from './http.ts'
import { optionalText, parseObject } from './json.ts'
import { Patience, type Temper } from './patience.ts'
import type { Environment } from './proxy.ts'
import { quoted } from './quoted.ts'
import { mayReach, shownUrl } from './redirect.ts'

/** To whom one logs in, and for what. */
export interface Door {
  /** `docker.io`, `host:5000`: what the login is kept under. */
  readonly registry: string
  /** Where the registry really is. */
  readonly base: URL
  /** `library/debian` */
  readonly repository: string
}

/** What logging in needs of its surroundings. */
export interface LoginOptions extends Temper {
  readonly connections: Connections
  readonly env: Environment
  readonly insecure: readonly string[]
  readonly idleMs: number
}

const mostTokenBytes = 1024 * 1024
const shortestMs = 60_000
const longestMs = 3_600_000

/** A login to one repository; it is made when the registry asks for it. */
export class Login {
  private readonly door: Door
  private readonly options: LoginOptions
  private credentials: Promise<Credentials | undefined> | undefined
  private proof: { value: string; until: number } | undefined

  constructor(door: Door, options: LoginOptions) {
    this.door = door
    this.options = options
  }

  /** The header to send, if there is one already. */
  get authorization(): string | undefined {
    const { proof } = this
    return proof && Date.now() < proof.until ? proof.value : undefined
  }

  // #region answer
  /** Answers a 401: afterwards there is a header to send, or an error. */
  async answer(header: string | undefined): Promise<void> {
    const challenges = parseChallenges(header ?? '')
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer')
    const basic = challenges.find(({ scheme }) => scheme === 'basic')
    if (bearer) await this.fetchToken(bearer)
    else if (basic && !this.proof) await this.useBasic()
    else throw this.denied()
  }

  private async useBasic(): Promise<void> {
    const credentials = await this.known()
    if (!credentials || !('user' in credentials)) throw this.denied()
    this.proof = { value: basicHeader(credentials), until: Infinity }
  }

  private async fetchToken(bearer: Challenge): Promise<void> {
    const credentials = await this.known()
    const realm = this.checkedRealm(bearer.parameters.get('realm') ?? '')
    const fields = new URLSearchParams({
      service: bearer.parameters.get('service') ?? '',
      // not the scope that is asked for: pulling this needs no more
      scope: `repository:${this.door.repository}:pull`,
    })
    const { registry, base } = this.door
    if (credentials && realm.hostname !== base.hostname)
      this.options.report(
        `the login for ${registry} goes to ${realm.host}, as it asks`,
      )
    const body = await this.askRealm(realm, fields, credentials)
    this.proof = readToken(body, `the token of ${shownUrl(realm)}`)
  }
  // #endregion answer

  private async askRealm(
    realm: URL,
    fields: URLSearchParams,
    credentials: Credentials | undefined,
  ): Promise<Buffer> {
    const { connections, idleMs } = this.options
    const isToken = credentials && 'identityToken' in credentials
    const url = new URL(realm)
    if (isToken) {
      fields.set('grant_type', 'refresh_token')
      fields.set('client_id', 'rocker')
      fields.set('refresh_token', credentials.identityToken)
    } else
      for (const [name, text] of fields) url.searchParams.set(name, text)
    const patience = new Patience(this.options)
    for (;;) {
      try {
        const answer = await ask(connections, {
          url,
          idleMs: patience.idleMs(idleMs),
          ...(isToken
            ? { form: fields.toString() }
            : { authorization: credentials && basicHeader(credentials) }),
        })
        const body = await whole(answer, mostTokenBytes)
        if (answer.status === 200) return body
        throw this.denied(`${realm.host} answers ${answer.status}`)
      } catch (error) {
        await patience.after(error)
      }
    }
  }

  /** The realm's URL, where it is safe to follow the registry there. */
  private checkedRealm(realm: string): URL {
    const { base } = this.door
    const url = URL.parse(realm)
    const isNear =
      url !== null &&
      base.protocol === 'http:' &&
      (url.host === base.host ||
        (isLoopback(url.hostname) && isLoopback(base.hostname)) ||
        isListed(url.host, this.options.insecure))
    const isSafe =
      url?.protocol === 'https:' || (url?.protocol === 'http:' && isNear)
    if (url && isSafe && mayReach(url.hostname, base.hostname)) {
      url.username = ''
      url.password = ''
      return url
    }
    throw new RockerError(
      'refused',
      `log in to ${this.door.registry} at ${quoted(realm)}`,
      { hint: 'a login is sent by https, and never into this machine' },
    )
  }

  private known(): Promise<Credentials | undefined> {
    const { env, signal } = this.options
    this.credentials ??= credentialsFor(this.door.registry, env, signal)
    return this.credentials
  }

  private denied(why?: string): RockerError {
    const { registry, repository } = this.door
    const what = `log in to ${registry} for ${repository}`
    return denied(why ? `${what}: ${why}` : what, registry)
  }
}

/** A registry says no; it does not say whether the image exists. */
export function denied(message: string, registry: string): RockerError {
  return new RockerError('denied', message, {
    hint: `does it exist? docker’s config.json has to have a login for ${registry} if it is private`,
  })
}

function basicHeader({ user, password }: Password): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

function readToken(
  body: Buffer,
  what: string,
): { value: string; until: number } {
  const fields = parseObject(body, what)
  const token =
    optionalText(fields.token, what) ||
    optionalText(fields.access_token, what) ||
    ''
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new RockerError('refused', `read ${what}: it is not one`)
  // a wrong time is harmless: a token that is too old gets a 401
  const seconds = Number(fields.expires_in) || 0
  const lifeMs = Math.min(Math.max(seconds * 1000, shortestMs), longestMs)
  return { value: `Bearer ${token}`, until: Date.now() + lifeMs }
}
