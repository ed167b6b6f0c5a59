// Which images `images` lists.
//
//   debian   debian:12   --filter reference=*/app:v*
//   --filter dangling=true   --filter label=a   --filter label=a=b
//   --filter before=debian   --filter since=debian

import { RockerError } from '../01-syscalls/rocker-error.ts'
import {
  canonicalName,
  familiarName,
  type Reference,
} from '../07-registry/reference.ts'
import type { Image } from '../08-images/image.ts'
import type { NamedImage } from '../08-images/image-store.ts'

import { hasLabel } from './has-label.ts'
import { repositoryOf } from './image-rows.ts'

/** What was asked for: an image has to fulfil each kind of condition. */
export interface ImageFilters {
  readonly patterns: readonly string[] // one of them
  readonly labels: readonly string[] // all of them
  readonly dangling: boolean | undefined
  readonly before: readonly string[] // images: it is older than all of them
  readonly since: readonly string[] // and newer than all of these
}

/** Reads `key=value` conditions; `words` are names to look for. */
export function readFilters(
  conditions: readonly string[],
  words: readonly string[],
): ImageFilters {
  const patterns = [...words]
  const labels: string[] = []
  const before: string[] = []
  const since: string[] = []
  let dangling: boolean | undefined
  for (const condition of conditions) {
    const [key, ...rest] = condition.split('=')
    const value = rest.join('=')
    if (rest.length === 0 || value === '') throw wrong(condition)
    if (key === 'reference') patterns.push(value)
    else if (key === 'label') labels.push(value)
    else if (key === 'before') before.push(value)
    else if (key === 'since') since.push(value)
    else if (key === 'dangling') dangling = readBoolean(value, condition)
    else throw wrong(condition)
  }
  return { patterns, labels, dangling, before, since }
}

/** Whether an image was made in between, as the others were that are named. */
export function isMadeBetween(
  { before, since }: ImageFilters,
  find: (name: string) => Image,
): (named: NamedImage) => boolean {
  const last = before.map((name) => madeAt(find(name)))
  const first = since.map((name) => madeAt(find(name)))
  return ({ image }) => {
    const made = madeAt(image)
    return (
      last.every((time) => made < time) &&
      first.every((time) => made > time)
    )
  }
}

function madeAt(image: Image | undefined): number {
  return Date.parse(image?.config.created ?? '') || 0
}

/** The names under which an image is listed; undefined when it is not. */
export function filterNames(
  { names, image }: NamedImage,
  { patterns, labels, dangling }: ImageFilters,
): readonly Reference[] | undefined {
  const isDangling = names.length === 0
  if (dangling !== undefined && dangling !== isDangling) return undefined
  const has = image?.config.labels ?? {}
  if (!labels.every((label) => hasLabel(has, label))) return undefined
  if (patterns.length === 0) return names
  const matching = names.filter((name) =>
    patterns.some((pattern) => matches(name, pattern)),
  )
  return matching.length > 0 ? matching : undefined
}

// "deb*" is debian; "docker.io/library/debian" is it too
function matches(name: Reference, pattern: string): boolean {
  const glob = globPattern(pattern)
  const bare = { ...name, tag: undefined, digest: undefined }
  return [
    familiarName(name),
    repositoryOf(name),
    canonicalName(name),
    canonicalName(bare),
  ].some((text) => glob.test(text))
}

// As Go's path.Match: * and ? stop at a slash, [a-c] is one of these.
function globPattern(pattern: string): RegExp {
  const source = pattern.replace(/\[\^?[^\]/]+\]|\\.|./gsu, (part) => {
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    if (part.startsWith('[') && part.length > 1) return classOf(part)
    return literally(part.startsWith('\\') ? part.slice(1) : part)
  })
  return new RegExp(`^${source}$`, 'u')
}

function classOf(part: string): string {
  const isNot = part.startsWith('[^')
  const inner = part.slice(isNot ? 2 : 1, -1).replace(/[\\\]^]/g, '\\$&')
  return `[${isNot ? '^' : ''}${inner}]`
}

function literally(part: string): string {
  return part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

function readBoolean(value: string, condition: string): boolean {
  if (['1', 'true'].includes(value.toLowerCase())) return true
  if (['0', 'false'].includes(value.toLowerCase())) return false
  throw wrong(condition)
}

function wrong(condition: string): RockerError {
  return new RockerError(
    'bad-input',
    `read the filter ${JSON.stringify(condition)}`,
    {
      hint: 'filters are dangling=true, reference=PATTERN, label=KEY[=VALUE], before=IMAGE and since=IMAGE',
    },
  )
}
