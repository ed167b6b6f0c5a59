// Which machine an image is for.
//
// An index lists one image for each kind of machine. A variant narrows an
// architecture down: what is built for arm/v6 runs on a v7, not vice versa.
//
// https://github.com/containerd/platforms

import { arch } from 'node:os'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { quoted } from './quoted.ts'

/** `linux/arm64/v8` */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
}

const nodeNames: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  arm64: 'arm64',
  arm: 'arm',
  ppc64: 'ppc64le',
  s390x: 's390x',
  riscv64: 'riscv64',
}

const aliases: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  armhf: 'arm',
  armel: 'arm/v6',
  i386: '386',
}

/** The platform of this machine. */
export function hostPlatform(): Platform {
  return { os: 'linux', architecture: nodeNames[arch()] ?? arch() }
}

/** `linux/arm64/v8`, `arm64` or `linux` → a platform */
export function parsePlatform(text: string): Platform {
  const parts = text.split('/')
  const isOs = parts[0] === 'linux' || parts.length > 1
  const [os, architecture, variant, more] = isOs
    ? parts
    : ['linux', ...parts]
  if (
    more !== undefined ||
    ![os, architecture, variant].every(
      (part) => part === undefined || /^[A-Za-z0-9][\w.-]*$/.test(part),
    )
  )
    throw new RockerError(
      'bad-input',
      `read the platform ${quoted(text)}`,
      {
        hint: 'a platform is written linux/amd64 or linux/arm64/v8',
      },
    )
  return normalize({
    os: os ?? 'linux',
    architecture: architecture ?? hostPlatform().architecture,
    ...(variant ? { variant } : {}),
  })
}

/** `linux/arm64/v8` */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = platform
  return [os, architecture, ...(variant ? [variant] : [])].join('/')
}

/**
 * The entry of an index that fits best, or undefined: an entry of the same
 * variant first, then the nearest below it that the machine runs too.
 */
export function choosePlatform<
  T extends { readonly platform?: Platform | undefined },
>(entries: readonly T[], wanted: Platform): T | undefined {
  // #region exercise-choose-platform
  for (const variant of variantsFor(normalize(wanted))) {
    const found = entries.find(({ platform }) => {
      if (!platform) return false
      const offered = normalize(platform)
      return (
        offered.os === wanted.os &&
        offered.architecture === normalize(wanted).architecture &&
        offered.variant === variant
      )
    })
    if (found) return found
  }
  // #endregion exercise-choose-platform
  return undefined
}

// arm/v7 → v7 v6 v5    amd64/v3 → v3 v2 (v1, which is written as none)
function variantsFor(platform: Platform): (string | undefined)[] {
  const { architecture, variant } = platform
  const level = /^v([0-9])$/.exec(variant ?? '')?.[1]
  const lowest = { arm: 5, amd64: 2, arm64: 9 }[architecture]
  if (!level || lowest === undefined) return [variant]
  const lower: (string | undefined)[] = []
  for (let i = Number(level); i >= lowest; i--) lower.push(`v${i}`)
  if (lower.length === 0) lower.push(variant)
  return architecture === 'arm' ? lower : [...lower, undefined]
}

// one spelling for each: aarch64 → arm64, arm64/v8 → arm64, arm → arm/v7
function normalize(platform: Platform): Platform {
  const { os } = platform
  const given = platform.architecture.toLowerCase()
  const [architecture = given, implied] = (aliases[given] ?? given).split(
    '/',
  )
  const variant = platform.variant?.toLowerCase() || implied
  const plain =
    (architecture === 'arm64' && (variant === 'v8' || variant === '8')) ||
    (architecture === 'amd64' && variant === 'v1')
  if (plain) return { os, architecture }
  if (architecture === 'arm')
    return {
      os,
      architecture,
      variant: (variant ?? 'v7').replace(/^(?=[0-9])/, 'v'),
    }
  return variant ? { os, architecture, variant } : { os, architecture }
}
