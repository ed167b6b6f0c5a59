// A call as strace would print it.
//
//   mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) ignores EBUSY
//   3 = clone3({flags=CLONE_NEWPID, exit_signal=SIGCHLD}, 88) …

import { structLayout } from './struct-layout.ts'
import type { Argument, Field, Syscall } from './syscall.ts'

const longest = 60
const mostItems = 6

/** Which argument is a mode: people read those in octal. */
const octal: Partial<Record<Syscall['name'], number>> = {
  mkdirat: 2,
  mknodat: 2,
  umask: 0,
  fchmodat: 2,
}

// #region format-call
/** One line: name, arguments, what is ignored, and the result's name. */
export function formatCall(call: Syscall): string {
  const result = call.result ? `${call.result} = ` : ''
  const ignore = call.ignore ? `  # ${call.ignore.join(', ')} ignored` : ''
  const args = call.args.map((value, i) =>
    octal[call.name] === i && typeof value === 'number'
      ? formatOctal(value)
      : formatArgument(value, call.args),
  )
  return `${result}${call.name}(${args.join(', ')})${ignore}`
}
// #endregion format-call

// 493 → 0755
function formatOctal(value: number): string {
  return value === 0 ? '0' : `0${value.toString(8)}`
}

/** `beside` is what a Length measures one of. */
function formatArgument(
  value: Argument,
  beside: readonly Argument[] = [],
): string {
  if (value === null) return 'NULL'
  if (typeof value === 'number' || typeof value === 'bigint')
    return `${value}`
  if (typeof value === 'string') return quoted(value)
  if (value instanceof Uint8Array)
    return value.some(isBinary)
      ? `<${value.length} bytes>`
      : quoted(Buffer.from(value).toString('latin1'))
  switch (value.kind) {
    case 'flags':
      return value.names.join(' | ') || '0'
    case 'result':
      return value.at ? `{${value.of}+${value.at}}` : `{${value.of}}`
    case 'text':
      return quoted(
        value.parts
          .map((part) =>
            typeof part === 'string' ? part : formatArgument(part),
          )
          .join(''),
      )
    case 'output':
      return `→${value.name}[${value.bytes}]`
    case 'filled':
      return `{${value.name}}`
    case 'length':
      return formatLength(beside[value.of])
    case 'struct':
      return formatStruct(value.fields)
  }
}

// no text has these, as a program or a message of numbers does
function isBinary(byte: number): boolean {
  return (byte > 0 && byte < 8) || (byte > 13 && byte < 32 && byte !== 27)
}

function formatStruct(fields: readonly Field[]): string {
  if (fields.at(-1)?.name === 'end') return formatList(fields.slice(0, -1))
  const shown = fields.filter(({ value }) => !isZero(value))
  const all = fields.map(({ value }) => value)
  const pairs = shown.map(
    ({ name, value }) => `${name}=${formatArgument(value, all)}`,
  )
  return `{${pairs.join(', ')}}`
}

function formatLength(of: Argument | undefined): string {
  if (typeof of === 'string') return `${Buffer.byteLength(of)}`
  if (of instanceof Uint8Array) return `${of.length}`
  if (typeof of !== 'object' || of === null) return '0'
  if (of.kind === 'output') return `${of.bytes}`
  if (of.kind === 'struct') return `${structLayout(of.fields).length}`
  return 'length' // of a text: it is known when its numbers are
}

function isZero(value: Argument): boolean {
  if (value instanceof Uint8Array) return value.every((byte) => byte === 0)
  return value === 0 || value === null
}

// a long environment says little: ["A=1", "B=2", "C=3", "D=4", … 20 more]
function formatList(fields: readonly Field[]): string {
  const shown = fields.slice(0, mostItems)
  const items = shown.map(({ value }) => formatArgument(value))
  const rest = fields.length - shown.length
  return `[${[...items, ...(rest > 0 ? [`… ${rest} more`] : [])].join(', ')}]`
}

// "a\nb" → "a\nb" with the escape written out, cut after sixty characters
function quoted(value: string): string {
  const cut = value.length > longest ? `${value.slice(0, longest)}…` : value
  const shown = cut
    .split(/(\0+)/)
    .map((piece) => (piece.startsWith('\0') ? nuls(piece) : escaped(piece)))
  return `"${shown.join('')}"`
}

// what the kernel wants sixteen bytes of is "lo" and fourteen of nothing
function nuls({ length }: string): string {
  return length > 1 ? '\\0…' : '\\0'
}

// a terminal must never obey what an image or an argument says
function escaped(piece: string): string {
  return JSON.stringify(piece)
    .slice(1, -1)
    .replace(
      /[\u007f-\u009f]/g,
      (c) => `\\u00${c.charCodeAt(0).toString(16)}`,
    )
}
