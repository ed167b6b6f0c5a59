// How containers are ended: what stop and restart both take.

import { constants } from 'node:os'

import type { Container } from '../09-containers/container.ts'
import type { StopWishes } from '../09-containers/stop-container.ts'

import { lastValue, type Option, type Parsed } from './command.ts'
import { readSeconds, readSignal } from './read-flags.ts'

export const stopOptions: readonly Option[] = [
  {
    name: 'time',
    short: 't',
    type: 'string',
    value: 'SECONDS',
    help: 'How long to wait before it is killed (default 10)',
  },
  { name: 'timeout', type: 'string', help: '', of: 'time' },
  {
    name: 'signal',
    short: 's',
    type: 'string',
    value: 'SIGNAL',
    help: "What to send (default the image's, or SIGTERM)",
  },
]

/** Reads the flags; what they leave open each container says itself. */
export function readStop(
  parsed: Parsed,
): (container: Container) => StopWishes {
  const [time, name] = ['time', 'signal'].map((one) =>
    lastValue(parsed, one),
  )
  const given = time === undefined ? undefined : readSeconds(time)
  const wanted = name === undefined ? undefined : readSignal(name)
  return ({ record: { stopSignal, stopTimeout } }) => {
    const signal = (wanted ?? stopSignal) as NodeJS.Signals
    return {
      signal: constants.signals[signal],
      timeoutSeconds: given ?? stopTimeout,
    }
  }
}
