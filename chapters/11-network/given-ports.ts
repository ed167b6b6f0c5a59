// The ports of the host that a container has got, for as long as it runs.
//
//   pending/running-<id>/ports.json

import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { Container } from '../09-containers/container.ts'
import {
  type ExposedPort,
  type PortRange,
  readJson,
  writeJson,
} from '../09-containers/record.ts'

import { countOf } from './port-option.ts'

/** Ports of the host, and as many of the container that they lead to. */
export interface GivenPort extends ExposedPort {
  readonly address: string // 0.0.0.0 and :: are all
  readonly host: PortRange
}

/** One port, of one address of the host or of all addresses of a family. */
export interface HostPort {
  readonly protocol: ExposedPort['protocol']
  readonly address: string // 0.0.0.0 and :: are all
  readonly port: number
}

const mostHeld = 64 // of a container: each is a descriptor of its monitor
const names = 53 // here the name servers of networks listen, at the gateways

type Run = Pick<Container, 'runFolder'>

/** Writes them down. */
export function noteGiven(run: Run, given: readonly GivenPort[]): void {
  writeJson(pathOf(run), { given })
}

/** What this run has; nothing, where none is published. */
export function readGiven(run: Run): readonly GivenPort[] {
  const path = pathOf(run)
  if (!existsSync(path)) return []
  const { given } = readJson<{ given: readonly GivenPort[] }>(path)
  return given
}

/** Those of them that are held. */
export function heldPorts(
  given: readonly GivenPort[],
): readonly (readonly [name: string, one: HostPort])[] {
  return given
    .filter(({ protocol }) => protocol !== 'sctp')
    .filter(({ host }) => host[0] !== names)
    .flatMap(({ protocol, address, host }) => {
      const count = Math.min(countOf(host), mostHeld)
      return Array.from({ length: count }, (_, i) => ({
        ...{ protocol, address },
        port: host[0] + i,
      }))
    })
    .slice(0, mostHeld)
    .map((one, i) => [`port${i}`, one])
}

/** 80, or 8000-8009 */
export function portsText([first, last]: PortRange): string {
  return first === last ? `${first}` : `${first}-${last}`
}

function pathOf({ runFolder }: Run): string {
  return join(runFolder, 'ports.json')
}
