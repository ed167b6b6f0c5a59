// rocker version: as --version has it, or what a template asks for.

import { arch, release } from 'node:os'

import { type Command, lastValue } from '../command.ts'
import { readTemplate } from '../format.ts'
import { output } from '../output.ts'
import { fillIn } from '../template-evaluate.ts'
import { printVersion, version } from '../version.ts'

export const command: Command = {
  usage: '[OPTIONS]',
  options: [
    {
      name: 'format',
      short: 'f',
      type: 'string',
      value: 'FORMAT',
      help: 'json, or a Go template: {{.Version}}',
    },
  ],
  words: { least: 0, most: 0 },
  examples: ["rocker version -f '{{.Version}}'"],
  run: async (parsed) => {
    const format = lastValue(parsed, 'format')
    if (!format) return printVersion()
    output.print([fillIn(readTemplate(format), versions())])
    return 0
  },
}

/** The client is the engine: docker's scripts ask for either. */
function versions(): Readonly<Record<string, unknown>> {
  const here = {
    Version: version(),
    Os: 'linux',
    Arch: arch() === 'x64' ? 'amd64' : arch(),
    KernelVersion: release(),
    NodeVersion: process.versions.node,
  }
  return { ...here, Client: here, Server: here }
}
