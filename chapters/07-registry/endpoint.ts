// The servers behind a registry's name, and one question to one of them.
//
//   debian           mirrors, then https://registry-1.docker.io
//   127.0.0.1:5000   http, because it is this machine
//   quay.io          https
//   registry.lan     https unchecked, then http, if daemon.json says so
//
// https://github.com/opencontainers/distribution-spec

import { RockerError } from '../01-syscalls/rocker-error.ts'

import type { Configuration } from './configuration.ts'
import { isListed, isLoopback } from './hosts.ts'
import { type Answer, ask, discard, type Question, whole } from './http.ts'
import { list, object, parseObject } from './json.ts'
import { denied, Login, type LoginOptions } from './login.ts'
import { quoted } from './quoted.ts'
import type { Reference } from './reference.ts'

/** Where a registry may be found. */
export interface Place {
  /** What its login is kept under: `docker.io`, `host:5000`. */
  readonly registry: string
  readonly base: URL
  /** It stands in for another: when it fails, that one is asked. */
  readonly isMirror: boolean
}

const dockerHub = 'https://registry-1.docker.io'
const mostRounds = 2
const mostErrorBytes = 1024 * 1024

/** Where to ask for an image, the first place first. */
export function placesOf(
  reference: Reference,
  configuration: Configuration,
): Place[] {
  const { registry, plain } = reference
  const at = (base: string, isMirror = false, name = registry): Place => ({
    registry: name,
    base: new URL(base),
    isMirror,
  })
  if (registry === 'docker.io')
    return [
      ...configuration.registryMirrors.map((mirror) =>
        at(mirror, true, new URL(mirror).host),
      ),
      at(dockerHub),
    ]
  if (plain) return [at(`http://${registry}`)]
  if (isListed(registry, configuration.insecureRegistries))
    return [at(`https://${registry}`), at(`http://${registry}`)]
  const isHere = isLoopback(new URL(`http://${registry}`).hostname)
  return [at(`${isHere ? 'http' : 'https'}://${registry}`)]
}

/** One server, and the login to it. */
export class Endpoint {
  readonly place: Place
  private readonly repository: string
  private readonly options: LoginOptions
  private readonly login: Login

  constructor(place: Place, repository: string, options: LoginOptions) {
    this.place = place
    this.repository = repository
    this.options = options
    const { registry, base } = place
    this.login = new Login({ registry, base, repository }, options)
  }

  /**
   * Asks for `manifests/…` or `blobs/…` of the repository, and logs in
   * when it has to. Only 200, 206 and 416 come back; the rest is thrown.
   */
  async get(
    path: string,
    how: Pick<Question, 'headers' | 'idleMs' | 'isLarge'>,
  ): Promise<Answer> {
    const url = new URL(`/v2/${this.repository}/${path}`, this.place.base)
    for (let round = 0; ; round++) {
      const { authorization } = this.login
      const answer = await ask(this.options.connections, {
        ...how,
        url,
        authorization,
      })
      const { status, headers } = answer
      if ([200, 206, 416].includes(status)) return answer
      // who speaks from behind a redirect is not who is logged in to
      if (status !== 401 || answer.isForeign || round === mostRounds)
        throw await this.failure(answer, path)
      discard(answer)
      await this.login.answer(headers['www-authenticate'])
    }
  }

  private async failure(
    answer: Answer,
    path: string,
  ): Promise<RockerError> {
    const { status } = answer
    const { registry } = this.place
    const words = await errorWords(answer)
    const what = `get ${path} of ${registry}/${this.repository}`
    if (status === 404)
      return new RockerError(
        'not-found',
        `${what}: the registry does not have it${words}`,
      )
    if (status === 401 || status === 403)
      return denied(`${what}: not allowed${words}`, registry)
    return new RockerError(
      'unavailable',
      `${what}: the answer is ${status}${words}`,
    )
  }
}

// {"errors":[{"code":"DENIED","message":"no"}]} → " (DENIED: no)"
async function errorWords(answer: Answer): Promise<string> {
  try {
    const body = await whole(answer, mostErrorBytes)
    const fields = parseObject(body, 'the error')
    const { code, message } = object(list(fields.errors, 'it')[0], 'it')
    return ` (${quoted(`${code}: ${message}`, 200).slice(1, -1)})`
  } catch {
    return '' // it says nothing that can be read: the status has to do
  }
}
