// The flags of run and its kin that are more than a text, each with one strict
// form; all else is refused with a hint.

import { constants } from 'node:os'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { parseSize } from '../06-cgroups/size.ts'
import { rlimits } from '../09-containers/process-part.ts'
import type { LogOptions, RestartPolicy } from '../09-containers/record.ts'
import type { SpecRlimit } from '../09-containers/spec.ts'

// "a=b" → a: b   "a" → a: ""
export function readLabels(
  words: readonly string[],
): Record<string, string> {
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
export function lastOfEach(limits: readonly SpecRlimit[]): SpecRlimit[] {
  return [...new Map(limits.map((one) => [one.type, one])).values()]
}

// "nofile=1024:2048" → soft and hard
export function readUlimit(text: string): SpecRlimit {
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

export function readLog(
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
