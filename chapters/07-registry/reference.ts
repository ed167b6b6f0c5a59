// The name of an image, as people write it, and what it means in full.
//
//   debian                     docker.io/library/debian:latest
//   quay.io/podman/hello:v1    quay.io/podman/hello:v1
//   localhost:5000/a@sha256:…  localhost:5000/a@sha256:…
//
// What stands before the first slash is a registry if it has a dot or a
// colon in it, or is `localhost`. A name without a registry is never looked
// for in any other than docker.io.
//
// https://github.com/distribution/reference

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { type Digest, parseDigest } from './digest.ts'
import { quoted } from './quoted.ts'

/** An image's name in full; there is a tag, or a digest, or both. */
export interface Reference {
  /** `docker.io`, `127.0.0.1:5000`, `[::1]:5000` */
  readonly registry: string
  /** `library/debian` */
  readonly repository: string
  readonly tag: string | undefined
  /** What is pulled, when it is there: the tag is only a remark then. */
  readonly digest: Digest | undefined
  /** Written `http://…`: without TLS, because somebody asked for it. */
  readonly plain: boolean
}

const defaultRegistry = 'docker.io'
const officialPrefix = 'library/'
const longestRepository = 255

const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?'
const registryPattern = new RegExp(
  `^(?:${label}(?:\\.${label})*|\\[[0-9a-fA-F:]+\\])(?::([0-9]{1,5}))?$`,
)
const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const repositoryPattern = new RegExp(`^${component}(?:/${component})*$`)
const tagPattern = /^\w[\w.-]{0,127}$/

// #region parse-reference
/** `debian` → docker.io, library/debian, latest */
export function parseReference(text: string): Reference {
  const plain = text.startsWith('http://')
  const [named, digestText] = cut(plain ? text.slice(7) : text, '@')
  const slash = named.lastIndexOf('/')
  const [last, tag] = cut(named.slice(slash + 1), ':')
  const name = named.slice(0, slash + 1) + last
  const { registry, repository } = splitRegistry(
    plain ? hosted(name) : name,
  )
  if (!isRegistry(registry)) refuse(text, `no registry is called so`)
  if (!repositoryPattern.test(repository))
    refuse(text, whyNoRepository(repository))
  if (repository.length > longestRepository)
    refuse(text, `a name has at most ${longestRepository} characters`)
  if (/^[0-9a-f]{64}$/.test(named))
    refuse(text, 'that is the form of an id, not of a name')
  if (tag !== undefined && !tagPattern.test(tag))
    refuse(text, 'a tag is made of letters, digits, _ . -, 128 at most')
  const digest =
    digestText === undefined ? undefined : parseDigest(digestText)
  return {
    registry,
    repository,
    tag: tag ?? (digest ? undefined : 'latest'),
    digest,
    plain,
  }
}

// "quay.io/a/b" → quay.io a/b   "a/b" → docker.io a/b   "b" → … library/b
function splitRegistry(name: string): {
  registry: string
  repository: string
} {
  const [first, rest] = cut(name, '/')
  // #region exercise-split-registry
  const isHost = rest !== undefined && looksLikeRegistry(first)
  const registry = isHost ? first : defaultRegistry
  const repository = isHost ? rest : name
  if (registry !== defaultRegistry && registry !== 'index.docker.io')
    return { registry, repository }
  return {
    registry: defaultRegistry,
    repository: repository.includes('/')
      ? repository
      : officialPrefix + repository,
  }
  // #endregion exercise-split-registry
}
// #endregion parse-reference

/** The name in full, without a doubt: `docker.io/library/debian:latest` */
export function canonicalName(reference: Reference): string {
  return `${reference.registry}/${reference.repository}${suffix(reference)}`
}

/** The name as people write it: `debian:latest`; it always reads back. */
export function familiarName(reference: Reference): string {
  const { registry, repository } = reference
  if (registry !== defaultRegistry) return canonicalName(reference)
  const short = repository.startsWith(officialPrefix)
    ? repository.slice(officialPrefix.length)
    : repository
  // docker.io/quay.io/a is not quay.io/a, nor is library/a/b just a/b
  const name = [short, repository].find((candidate) => {
    const back = splitRegistry(candidate)
    return back.registry === registry && back.repository === repository
  })
  return name ? name + suffix(reference) : canonicalName(reference)
}

function suffix({ tag, digest }: Reference): string {
  return (tag ? `:${tag}` : '') + (digest ? `@${digest}` : '')
}

// after http:// stands a host: "host/a" → "host:80/a", which reads back
function hosted(name: string): string {
  const [host, rest] = cut(name, '/')
  if (rest === undefined) return '' // and an empty name is refused
  return looksLikeRegistry(host) ? name : `${host}:80/${rest}`
}

function looksLikeRegistry(first: string): boolean {
  return (
    /[.:]/.test(first) ||
    first === 'localhost' ||
    first !== first.toLowerCase()
  )
}

function isRegistry(registry: string): boolean {
  const match = registryPattern.exec(registry)
  if (!match) return false
  const port = match[1]
  return port === undefined || (Number(port) > 0 && Number(port) < 65536)
}

function whyNoRepository(repository: string): string {
  if (/[A-Z]/.test(repository)) return 'a name is in lower case'
  return 'a name is made of a-z, 0-9, and . _ - between them'
}

function refuse(text: string, why: string): never {
  throw new RockerError(
    'bad-input',
    `read the image name ${quoted(text)}: ${why}`,
    {
      hint: 'names look like debian, user/app:1.2, host:5000/app@sha256:…',
    },
  )
}

// cut("a@b@c", "@") → "a" "b@c"
function cut(text: string, at: string): [string, string | undefined] {
  const i = text.indexOf(at)
  return i < 0 ? [text, undefined] : [text.slice(0, i), text.slice(i + 1)]
}
