// rocker update: other limits, and another policy, while the container runs.

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { findCgroups } from '../../06-cgroups/cgroup.ts'
import { parseLimits } from '../../06-cgroups/limits.ts'
import { onlineCpus } from '../../06-cgroups/processors.ts'
import { supportedLimits } from '../../06-cgroups/supported.ts'
import type { Container } from '../../09-containers/container.ts'
import { noteEvent } from '../../09-containers/event.ts'
import {
  type Update,
  updateContainer,
} from '../../09-containers/update-container.ts'
import {
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { warn } from '../create-container.ts'
import { eachContainer } from '../each-container.ts'
import { cannot } from '../must-run.ts'
import { readRestart } from '../read-flags.ts'
import { runOptions } from '../run-options.ts'

const flags = [
  ...['memory', 'memory-swap', 'cpus', 'cpu-shares', 'cpushare'],
  ...['cpuset-cpus', 'cpuset', 'pids-limit', 'restart'],
]

export const command: Command = {
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  options: runOptions.filter(({ name }) => flags.includes(name)),
  words: { least: 1 },
  examples: [
    'rocker update -m 128m --memory-swap 256m web',
    'rocker update --restart unless-stopped web db',
  ],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  if (parsed.values.size === 0)
    throw new RockerError('bad-input', 'update nothing', {
      hint: 'rocker update --help lists what can be changed',
      exitCode: 1,
    })
  const restart = lastValue(parsed, 'restart')
  const policy = restart === undefined ? undefined : readRestart(restart)
  return eachContainer(parsed.rest, context, async (container) => {
    if (policy && container.record.autoRemove)
      throw cannot('update --restart of', container, 'it goes when it ends')
    const { limits, warnings } = supportedLimits(
      readLimits(parsed, container),
      findCgroups(),
    )
    warnings.forEach(warn)
    const isUnlimited = /^(0|-1)$/.test(
      lastValue(parsed, 'pids-limit') ?? '',
    )
    const update: Update = {
      limits,
      unlimitedPids: isUnlimited,
      restart: policy,
    }
    await updateContainer(container, update)
    noteEvent(container, 'update')
  })
}

/** What the flags say; what they do not say of memory stays as it is. */
function readLimits(parsed: Parsed, { spec }: Container) {
  const { limit, swap } = spec.linux.resources.memory ?? {}
  const value = (name: string) => lastValue(parsed, name)
  const [memory, memorySwap] = [value('memory'), value('memory-swap')]
  const { memoryBytes, memorySwapBytes, ...others } = parseLimits(
    {
      memory: memory ?? asBytes(limit),
      'memory-swap': memorySwap ?? asBytes(swap),
      cpus: value('cpus'),
      'cpu-shares': value('cpu-shares'),
      'cpuset-cpus': value('cpuset-cpus'),
      'pids-limit': value('pids-limit'),
    },
    onlineCpus(),
  )
  if (memory === undefined && memorySwap === undefined) return others
  return {
    ...others,
    ...(memoryBytes ? { memoryBytes } : {}),
    ...(memorySwapBytes ? { memorySwapBytes } : {}),
  }
}

function asBytes(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value}`
}
