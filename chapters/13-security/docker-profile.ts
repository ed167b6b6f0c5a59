// docker's own form of a profile: one file for all machines. Which of its rules
// hold depends on where it is read, and for whom.
//
//   { "names": ["chroot"], "action": "SCMP_ACT_ALLOW",
//     "includes": { "caps": ["CAP_SYS_CHROOT"] } }
//
// Nothing of it is guessed: a word that is wrong might be a door left open.
//
// docs.docker.com/engine/security/seccomp,
// github.com/moby/profiles/blob/main/seccomp/seccomp.go

import { readFileSync } from 'node:fs'

import type { Architecture } from '../01-syscalls/numbers.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import {
  type JsonObject,
  list,
  object,
  ofUser,
  parseObject,
  refuse,
  text,
} from '../07-registry/json.ts'
import type { SpecSeccomp } from '../09-containers/spec.ts'

import { onlyKeys, texts } from './docker-profile-fields.ts'
import { readAction, readErrno, readRule } from './docker-profile-rule.ts'
import type { ReadFor } from './docker-profile-where.ts'

const hint =
  "it takes docker's form of a profile; seccomp=unconfined filters nothing"

/** Reads the file of `--security-opt seccomp=FILE`. */
export function readDockerProfile(
  path: string,
  reader: ReadFor,
): SpecSeccomp {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    const what = `read the seccomp profile ${path}`
    throw new RockerError('not-found', what, { cause, hint })
  }
  return ofUser(hint, () => dockerProfile(bytes, path, reader))
}

function dockerProfile(
  bytes: Uint8Array,
  path: string,
  reader: ReadFor,
): SpecSeccomp {
  const file = parseObject(bytes, `the seccomp profile ${path}`)
  onlyKeys(file, profileKeys, path)
  refuseListener(file, path)
  const errno = readErrno(file, 'defaultErrno', path)
  const rules = list(file.syscalls ?? [], `syscalls of ${path}`)
  return {
    defaultAction: readAction(
      file.defaultAction,
      `defaultAction of ${path}`,
    ),
    ...(errno === undefined ? {} : { defaultErrnoRet: errno }),
    architectures: readArchitectures(file, path, reader),
    syscalls: rules.flatMap((rule, i) =>
      readRule(object(rule, `syscalls[${i}] of ${path}`), reader, {
        at: `syscalls[${i}]`,
        path,
      }),
    ),
  }
}

const profileKeys = [
  ...['defaultAction', 'defaultErrno', 'defaultErrnoRet', 'architectures'],
  ...['archMap', 'syscalls', 'flags', 'listenerPath', 'listenerMetadata'],
]

/** A filter that asks another process takes one that answers. */
function refuseListener(file: JsonObject, path: string): void {
  for (const key of ['listenerPath', 'listenerMetadata'])
    if (file[key]) refuse(`${key} of ${path}`, 'rocker asks no listener')
}

const nativeArchitectures: Readonly<Record<Architecture, string>> = {
  x64: 'SCMP_ARCH_X86_64',
  arm64: 'SCMP_ARCH_AARCH64',
}

/** Its list, or what its map has of this machine's; else this one alone. */
function readArchitectures(
  file: JsonObject,
  path: string,
  { architecture }: ReadFor,
): readonly string[] {
  const native = nativeArchitectures[architecture]
  const named = texts(file.architectures, `architectures of ${path}`)
  const maps = list(file.archMap ?? [], `archMap of ${path}`)
  if (named.length > 0 && maps.length > 0)
    refuse(`archMap of ${path}`, 'there are architectures as well')
  const mapped = maps.flatMap((entry, i) => {
    const at = `archMap[${i}]`
    const fields = object(entry, `${at} of ${path}`)
    onlyKeys(
      fields,
      ['architecture', 'subArchitectures'],
      `${at} of ${path}`,
    )
    const one = text(fields.architecture, `${at}.architecture of ${path}`)
    const sub = `${at}.subArchitectures of ${path}`
    const others = texts(fields.subArchitectures, sub)
    return one === native ? others : []
  })
  return [...new Set([native, ...named, ...mapped])]
}
