// The container's namespaces, and what belongs into new ones: a hostname, lo.

import { ownSession } from '../02-process/streams.ts'
import { setHostname } from '../03-namespaces/hostname.ts'
import { loopbackUp } from '../03-namespaces/loopback.ts'
import {
  type Namespace,
  newNamespaces,
  unshareCgroup,
} from '../03-namespaces/namespaces.ts'

import type { Part } from './part.ts'
import type { ContainerRecord } from './record.ts'
import { hasNamespace, type Spec } from './spec.ts'

// #region namespaces-part
export const namespacesPart: Part = {
  name: 'namespaces',
  inside: ({ spec, record }) => ({
    flags: newNamespaces(kinds(spec).filter(isNewIn(record))),
    child: [
      ...unshareCgroup(kinds(spec)), // once it is in its own
      ...ownSession(),
      ...(hasNamespace(spec, 'uts') ? setHostname(spec.hostname) : []),
      ...(record.network === 'none' ? loopbackUp() : []),
    ],
  }),
  later: () => ownSession(),
  describe({ spec }) {
    const mode = (type: Namespace, own: string) =>
      kinds(spec).includes(type) ? own : 'host'
    return {
      PidMode: mode('pid', ''),
      IpcMode: mode('ipc', 'private'),
      UTSMode: mode('uts', ''),
      CgroupnsMode: mode('cgroup', 'private'),
    }
  },
}
// #endregion namespaces-part

/** A network that leads somewhere is there before its container. */
function isNewIn({ network }: ContainerRecord) {
  return (kind: Namespace) =>
    kind !== 'user' && (kind !== 'network' || network === 'none')
}

function kinds({ linux }: Spec): Namespace[] {
  return linux.namespaces.map(({ type }) => type)
}
