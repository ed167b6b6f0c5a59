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

/** Ports of the host, and as many of the container that they lead to. */
export interface GivenPort extends ExposedPort {
  readonly address: string // 0.0.0.0 and :: are all
  readonly host: PortRange
}

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

/** 80, or 8000-8009 */
export function portsText([first, last]: PortRange): string {
  return first === last ? `${first}` : `${first}-${last}`
}

function pathOf({ runFolder }: Run): string {
  return join(runFolder, 'ports.json')
}
