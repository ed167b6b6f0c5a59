// rocker of chapter 1: one system call, from the command line.
//
//   rocker.ts getpid
//   rocker.ts mkdirat AT_FDCWD /tmp/box 0755
//   rocker.ts mkdirat AT_FDCWD /no/such/folder 0755    and what the kernel says

import { type ConstantName, constants } from './constants.ts'
import { formatCall } from './format-call.ts'
import { type KernelCall, kernelCalls } from './numbers.ts'
import { perform } from './perform.ts'
import { type Argument, flags, type Syscall } from './syscall.ts'
import { SyscallError } from './syscall-error.ts'

const [name = '', ...words] = process.argv.slice(2)

// #region call
if (name in kernelCalls)
  make({ name: name as KernelCall, args: words.map(argument) })
else {
  console.error('usage: rocker.ts NAME [NUMBER | CONSTANT | TEXT]...')
  process.exitCode = 125
}

function make(call: Syscall): void {
  try {
    console.log(`${formatCall(call)} = ${perform(call).value}`)
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error
    console.error(`rocker: ${error.message}`)
    if (error.hint) console.error(`  hint: ${error.hint}`)
    process.exitCode = error.exitCode
  }
}

// "0755" → 493, "O_RDONLY|O_PATH" → flags, and all else is text
function argument(word: string): Argument {
  if (/^0[0-7]+$/.test(word)) return Number.parseInt(word, 8)
  if (/^-?\d+$/.test(word)) return BigInt(word)
  const names = word.split('|')
  return names.every((one) => one in constants)
    ? flags(...(names as ConstantName[]))
    : word
}
// #endregion call
