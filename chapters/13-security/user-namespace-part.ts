// The users of a container: its own, where that is asked for (--userns auto).
//
//   id-maps    before its files are made: who they belong to
//   users      when all is made, before the process is who it shall be

import {
  flags,
  result,
  type Syscall,
  step,
} from '../01-syscalls/syscall.ts'
import { become } from '../02-process/credentials.ts'
import { isolateMounts } from '../04-rootfs/root-folder.ts'
import type { Container } from '../09-containers/container.ts'
import { etcFiles } from '../09-containers/hosts.ts'
import { letGo } from '../09-containers/let-go.ts'
import type { Part } from '../09-containers/part.ts'

import type { IdRange } from './id-ranges.ts'
import {
  joinUserNamespace,
  makeAsOwner,
  makeUserNamespace,
  mapFolder,
} from './user-namespace.ts'

const chapter = '13-security'

const idMapsPart: Part = {
  name: 'id-maps',
  inside(container) {
    const range = rangeOf(container)
    if (!range) return {}
    return {
      before: [
        ...makeUserNamespace(range),
        ...giveEtcFiles(container, range),
      ],
      child: [
        ...isolateMounts(),
        ...container.record.layers.flatMap(mapFolder),
        ...makeAsOwner(range),
      ],
      meanwhile: letGo([result('userns')]),
    }
  },
  describe: (container) =>
    rangeOf(container) ? { UsernsMode: 'auto' } : {},
}

const usersPart: Part = {
  name: 'users',
  inside: (container) =>
    rangeOf(container) ? { child: joinUserNamespace() } : {},
  later: (container) =>
    rangeOf(container) ? become({ uid: 0, gid: 0, groups: [] }) : [],
}

/** The parts of a container, with its users among them. */
export function withUsers(parts: readonly Part[]): Part[] {
  return parts.flatMap((part) => {
    if (part.name === 'rootfs') return [idMapsPart, part]
    if (part.name === 'process') return [usersPart, part]
    return [part]
  })
}

/** Which of the host's users a container has; none without a namespace. */
function rangeOf({ spec }: Pick<Container, 'spec'>): IdRange | undefined {
  const map = spec.linux.uidMappings?.[0]
  return map && { first: map.hostID, size: map.size }
}

/** Its root may write to them, as ever. */
function giveEtcFiles(
  { folder }: Container,
  { first }: IdRange,
): Syscall[] {
  return step(
    chapter,
    'give /etc to root of the container',
    etcFiles.map((name) => ({
      name: 'fchownat',
      args: [flags('AT_FDCWD'), `${folder}/${name}`, first, first, 0],
    })),
  )
}
