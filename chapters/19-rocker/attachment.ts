// How a client attaches, from the flags of run, start and attach.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { Attachment } from '../09-containers/attach.ts'

import { lastValue, type Option, type Parsed } from './command.ts'

/** Of commands whose client may leave the container alone. */
export const sigProxyOption: Option = {
  name: 'sig-proxy',
  type: 'boolean',
  isOn: true,
  help: 'Hand signals on (default true)',
}

/** "ctrl-p,ctrl-q" → 0x10 0x11, and these where nothing was typed. */
export function readDetachKeys(text?: string): Uint8Array {
  if (text === undefined) return Uint8Array.of(0x10, 0x11)
  if (text === '') return new Uint8Array()
  return Uint8Array.from(text.split(','), (key) => {
    const control = /^ctrl-([a-z@[\\\]^_])$/.exec(key)?.[1]
    if (control) return control.toUpperCase().charCodeAt(0) & 0x1f
    if (/^[\x20-\x7e]$/.test(key)) return key.charCodeAt(0)
    throw new RockerError(
      'bad-input',
      `detach by ${JSON.stringify(text)}`,
      {
        hint: 'keys with commas between: ctrl-p,ctrl-q or ctrl-a,d',
      },
    )
  })
}

/** The same, where signals may be the client's own. */
export function proxyingOf(parsed: Parsed, terminal: boolean): Attachment {
  const proxy = parsed.flags.has(sigProxyOption.name)
  return { ...attachmentOf(parsed, terminal), proxy }
}

export function attachmentOf(
  parsed: Parsed,
  terminal: boolean,
): Attachment {
  return {
    stdin: parsed.flags.has('interactive'),
    terminal,
    proxy: true,
    keys: readDetachKeys(lastValue(parsed, 'detach-keys')),
  }
}

/** `-d`: until the container runs, and no longer. */
export const inBackground: Attachment = {
  stdin: false,
  terminal: false,
  proxy: false,
  untilStarted: true,
}
