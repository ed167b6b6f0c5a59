// From what was typed, and the image, to all that is decided about a container.

import { constants } from 'node:os'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { ownStreams } from '../02-process/streams.ts'
import { findCgroups } from '../06-cgroups/cgroup.ts'
import { parseSize } from '../06-cgroups/size.ts'
import { supportedLimits } from '../06-cgroups/supported.ts'
import { readSettings } from '../07-registry/daemon-json.ts'
import { imageProcess } from '../08-images/image-process.ts'
import { readDevices } from '../09-containers/device-files.ts'
import type { ContainerWishes } from '../09-containers/make-container.ts'
import { rlimits } from '../09-containers/process-part.ts'
import type { LogOptions, RestartPolicy } from '../09-containers/record.ts'
import type { SpecRlimit } from '../09-containers/spec.ts'
import { readSysctl } from '../09-containers/sysctl-part.ts'

import { allValues, lastValue, type Parsed } from './command.ts'
import { readEnvFile } from './env-file.ts'
import {
  asBytes,
  type Files,
  findUser,
  type Request,
  readHostname,
} from './request.ts'

/** What an image says besides its process. */
export interface ImageWords {
  readonly id: string
  readonly labels: Readonly<Record<string, string>>
  readonly stopSignal: string
}

// #region make-wishes
/** Puts flags and image together; `id` names what nobody has named. */
export function makeWishes(
  request: Request,
  files: Files,
  { id, image }: { readonly id: string; readonly image?: ImageWords },
): { wishes: ContainerWishes; warnings: string[] } {
  const { parsed, network, rootfs } = request
  const value = (name: string) => lastValue(parsed, name)
  const { defaults } = readSettings()
  const orDefault = (name: keyof typeof defaults) => [
    ...defaults[name],
    ...allValues(parsed, name),
  ]
  const hostname = readHostname(value('hostname'), network, id)
  const user = findUser(
    value('user') ?? files.defaults.user,
    files.layers,
    allValues(parsed, 'group-add'),
  )
  const { limits, warnings } = supportedLimits(
    request.limits,
    findCgroups(),
  )
  const process = imageProcess(
    files.defaults,
    {
      words: asBytes(request.words),
      entrypoint: value('entrypoint'),
      env: [
        ...allValues(parsed, 'env-file').flatMap(readEnvFile),
        ...allValues(parsed, 'env'),
      ],
      workingDir: value('workdir'),
      hostname,
    },
    user,
  )
  const name = value('name')
  const wishes: ContainerWishes = {
    ...(name === undefined ? {} : { name }),
    ...(rootfs === undefined ? {} : { rootfs }),
    image: request.image ?? '',
    imageId: image?.id ?? '',
    layers: files.layers,
    process,
    user,
    limits,
    names: {
      hostname,
      network,
      addHost: allValues(parsed, 'add-host'),
      dns: allValues(parsed, 'dns'),
      dnsSearch: allValues(parsed, 'dns-search'),
      dnsOption: allValues(parsed, 'dns-option'),
    },
    terminal: parsed.flags.has('tty'),
    readOnly: parsed.flags.has('read-only'),
    rlimits: lastOfEach(orDefault('ulimit').map(readUlimit)),
    sysctl: Object.fromEntries(
      allValues(parsed, 'sysctl').map((text) => readSysctl(text, network)),
    ),
    devices: allValues(parsed, 'device').flatMap(readDevices),
    record: {
      labels: {
        ...image?.labels,
        ...readLabels(allValues(parsed, 'label')),
      },
      autoRemove: parsed.flags.has('rm'),
      openStdin: parsed.flags.has('interactive'),
      direct: isDirect(parsed)
        ? ownStreams(parsed.flags.has('interactive'))
        : undefined,
      stopSignal: readSignal(
        value('stop-signal') ?? (image?.stopSignal || 'SIGTERM'),
      ),
      stopTimeout: readSeconds(value('stop-timeout') ?? '10'),
      restart: readRestart(value('restart') ?? 'no'),
      log: readLog(orDefault('log-driver').at(-1), orDefault('log-opt')),
      init: parsed.flags.has('init'),
    },
  }
  return { wishes, warnings }
}
// #endregion make-wishes

/**
 * Whether anybody but its caller could ask for it: one in the background,
 * one with a name or a terminal has a monitor, with a log and a socket.
 */
function isDirect({ flags, values }: Parsed): boolean {
  const asked = ['name', 'cidfile', 'log-driver', 'log-opt', 'label']
  return (
    flags.has('rm') &&
    !flags.has('detach') &&
    !flags.has('tty') &&
    !asked.some((flag) => values.has(flag))
  )
}

// "a=b" → a: b   "a" → a: ""
function readLabels(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const [key = '', ...value] = word.split('=')
      if (key !== '') return [key, value.join('=')]
      throw new RockerError(
        'bad-input',
        `label it ${JSON.stringify(word)}`,
        {
          hint: '--label KEY=VALUE',
        },
      )
    }),
  )
}

// "TERM", "sigterm", "15" → SIGTERM
export function readSignal(text: string): string {
  const upper = text.toUpperCase()
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`
  const byNumber = Object.entries(constants.signals).find(
    ([, number]) => `${number}` === text,
  )
  if (byNumber) return byNumber[0]
  if (Object.hasOwn(constants.signals, name)) return name
  throw new RockerError(
    'bad-input',
    `send the signal ${JSON.stringify(text)}`,
    {
      hint: 'a name or a number: SIGTERM, TERM, 15',
    },
  )
}

export function readSeconds(text: string): number {
  if (/^-?\d{1,9}$/.test(text)) return Number(text)
  throw new RockerError('bad-input', `wait ${JSON.stringify(text)}`, {
    hint: 'a number of seconds; -1 waits for ever',
  })
}

/** A flag beats what is usual here: of one kind the last one counts. */
function lastOfEach(limits: readonly SpecRlimit[]): SpecRlimit[] {
  return [...new Map(limits.map((one) => [one.type, one])).values()]
}

// "nofile=1024:2048" → soft and hard
function readUlimit(text: string): SpecRlimit {
  const [, name = '', soft = '', hard = soft] =
    /^([a-z]+)=(-?\d+)(?::(-?\d+))?$/.exec(text) ?? []
  const limit = { soft: Number(soft), hard: Number(hard) }
  const ordered =
    limit.hard < 0 || (limit.soft >= 0 && limit.soft <= limit.hard)
  if (rlimits.includes(name as never) && soft !== '' && ordered)
    return { type: `RLIMIT_${name.toUpperCase()}`, ...limit }
  throw new RockerError('bad-input', `limit ${JSON.stringify(text)}`, {
    hint: '--ulimit NAME=SOFT[:HARD], as in nofile=1024:2048',
  })
}

// "on-failure:3" → at most three times
export function readRestart(text: string): RestartPolicy {
  const [name = '', count] = text.split(':')
  const names = ['no', 'on-failure', 'always', 'unless-stopped'] as const
  const found = names.find((one) => one === (name || 'no'))
  const counted =
    count === undefined ||
    (found === 'on-failure' && /^\d{1,9}$/.test(count))
  if (found && counted)
    return { name: found, maximumRetryCount: Number(count ?? 0) }
  throw new RockerError('bad-input', `restart it ${JSON.stringify(text)}`, {
    hint: 'no, on-failure, on-failure:3, always or unless-stopped',
  })
}

function readLog(
  driver = 'json-file',
  words: readonly string[],
): LogOptions {
  if (driver !== 'json-file' && driver !== 'none')
    throw new RockerError(
      'unsupported',
      `log by ${JSON.stringify(driver)}`,
      {
        hint: '--log-driver json-file or none',
      },
    )
  const options = readLabels(words)
  for (const key of Object.keys(options))
    if (key !== 'max-size' && key !== 'max-file')
      throw new RockerError('bad-input', `log with ${key}`, {
        hint: '--log-opt max-size=10m, --log-opt max-file=3',
      })
  const files = options['max-file'] ?? '1'
  if (!/^[1-9]\d{0,3}$/.test(files))
    throw new RockerError(
      'bad-input',
      `keep ${JSON.stringify(files)} logs`,
      {
        hint: '--log-opt max-file=3, with --log-opt max-size=10m',
      },
    )
  return {
    driver,
    maxBytes: parseSize('--log-opt max-size', options['max-size']) ?? 0,
    maxFiles: Number(files),
  }
}
