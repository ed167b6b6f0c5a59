// rocker info: this machine, and what rocker has on it.

import { dataRoot } from '../../05-overlay/data-root.ts'
import { type Command, lastValue } from '../command.ts'
import { readTemplate } from '../format.ts'
import { binarySize } from '../human.ts'
import { machineInfo } from '../machine-info.ts'
import { output } from '../output.ts'
import { fillIn } from '../template-evaluate.ts'

export const command: Command = {
  usage: '[OPTIONS]',
  options: [
    {
      name: 'format',
      short: 'f',
      type: 'string',
      value: 'FORMAT',
      help: 'json, or a Go template: {{.CgroupVersion}}',
    },
  ],
  words: { least: 0, most: 0 },
  examples: ['rocker info', "rocker info -f '{{.ContainersRunning}}'"],
  run: async (parsed, context) => {
    const info = machineInfo(dataRoot(context.root))
    const format = lastValue(parsed, 'format')
    if (format) output.print([fillIn(readTemplate(format), info)])
    else output.print(linesOf(info))
    return 0
  },
}

function linesOf(info: Readonly<Record<string, unknown>>): string[] {
  return [
    `Containers: ${info.Containers}`,
    ` Running: ${info.ContainersRunning}`,
    ` Paused: ${info.ContainersPaused}`,
    ` Stopped: ${info.ContainersStopped}`,
    `Images: ${info.Images}`,
    `Server Version: ${info.ServerVersion}`,
    `Storage Driver: ${info.Driver}`,
    ...pairs(info.DriverStatus).map(([key, value]) => ` ${key}: ${value}`),
    `Logging Driver: ${info.LoggingDriver}`,
    `Cgroup Driver: ${info.CgroupDriver}`,
    `Cgroup Version: ${info.CgroupVersion}`,
    `Default Runtime: ${info.DefaultRuntime}`,
    `Kernel Version: ${info.KernelVersion}`,
    `Operating System: ${info.OperatingSystem}`,
    `OSType: ${info.OSType}`,
    `Architecture: ${info.Architecture}`,
    `CPUs: ${info.NCPU}`,
    `Total Memory: ${binarySize(Number(info.MemTotal))}`,
    `Name: ${info.Name}`,
    `Docker Root Dir: ${info.DockerRootDir}`,
  ]
}

function pairs(value: unknown): readonly (readonly unknown[])[] {
  return Array.isArray(value) ? value : []
}
