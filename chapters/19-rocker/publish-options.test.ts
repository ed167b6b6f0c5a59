import { expect, test } from 'vitest'

import { parseOptions } from './options.ts'
import {
  portWarnings,
  publishOptions,
  readPorts,
} from './publish-options.ts'

const command = {
  ...{ usage: '', options: publishOptions, words: { least: 0 } },
  run: async () => undefined,
}
const read = (line: string, ofImage?: readonly string[]) =>
  readPorts(
    parseOptions(line.split(' ').filter(Boolean), command, 'run'),
    ofImage,
  )
const tcp = (port: number) => {
  return { protocol: 'tcp', container: [port, port] }
}

test.each([
  ['', [], undefined],
  ['-P', [], undefined],
  ['', ['80/tcp'], { published: [], exposed: [tcp(80)], all: false }],
  [
    '-P --expose 81 --expose=80',
    ['80/tcp'],
    { published: [], exposed: [tcp(80), tcp(81)], all: true },
  ],
  [
    '-p 8080:80 -p8080:80 --publish=8080:80/tcp',
    ['of no kind', '0/tcp'],
    {
      published: [{ ...tcp(80), address: '', host: [8080, 8080] }],
      exposed: [],
      all: false,
    },
  ],
])('run %s of an image with %j', (line, ofImage, ports) => {
  expect(read(line, ofImage)).toEqual(ports)
})

test.each([
  ['-p 80', 'host', 1],
  ['-P --expose 80', 'host', 1],
  ['--expose 80', 'host', 0],
  ['-p 80', 'bridge', 0],
  ['', 'host', 0],
])('run %s in the network %s: %d warnings', (line, network, count) => {
  expect(portWarnings(read(line), network)).toHaveLength(count)
})
