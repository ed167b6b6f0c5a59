// The flags that say which ports others reach.

import type {
  ContainerPorts,
  ExposedPort,
} from '../09-containers/record.ts'
import { readExposed, readPublished } from '../11-network/port-option.ts'

import { allValues, type Option, type Parsed } from './command.ts'

export const publishOptions: readonly Option[] = [
  {
    name: 'publish',
    short: 'p',
    type: 'list',
    value: 'PORTS',
    help: 'Publish a port, or a range of them: 8080:80, 127.0.0.1::80/udp',
  },
  {
    name: 'publish-all',
    short: 'P',
    type: 'boolean',
    help: 'Publish all that is exposed, at free ports',
  },
  {
    name: 'expose',
    type: 'list',
    value: 'PORTS',
    help: 'A port that it listens on, or a range of them',
  },
]

/** What the flags say, and the image; undefined where nobody says anything. */
export function readPorts(
  parsed: Parsed,
  ofImage: readonly string[] = [],
): ContainerPorts | undefined {
  const published = once(allValues(parsed, 'publish').map(readPublished))
  const exposed = once([
    ...ofImage.flatMap(readOfImage),
    ...allValues(parsed, 'expose').map(readExposed),
  ])
  if (published.length === 0 && exposed.length === 0) return undefined
  return { published, exposed, all: parsed.flags.has('publish-all') }
}

/** docker's sentence: who shares the host's network has all of its ports. */
export function portWarnings(
  ports: ContainerPorts | undefined,
  network: string,
): string[] {
  const isAsked = ports && (ports.all || ports.published.length > 0)
  return isAsked && network === 'host'
    ? ['published ports are discarded when using host network mode']
    : []
}

/** What an image has that is no port keeps nobody from running it. */
function readOfImage(text: string): ExposedPort[] {
  try {
    return [readExposed(text)]
  } catch {
    return []
  }
}

/** Saying it twice is saying it once. */
function once<T extends ExposedPort>(ports: readonly T[]): T[] {
  return [
    ...new Map(ports.map((one) => [JSON.stringify(one), one])).values(),
  ]
}
