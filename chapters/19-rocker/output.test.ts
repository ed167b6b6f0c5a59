// What is printed arrives, however slowly somebody reads.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { expect, test } from 'vitest'

const file = (path: string) => join(import.meta.dirname, path)
const lines = 20_000 // more than a pipe holds

/** Prints many lines into a pipe that a shell's command reads. */
function printedInto(reader: string) {
  const program = `
    const { perform } = await import('${file('../01-syscalls/perform.ts')}')
    const { flags } = await import('${file('../01-syscalls/syscall.ts')}')
    const { output } = await import('${file('output.ts')}')
    const args = [1, 4, flags('O_NONBLOCK')] // F_SETFL
    perform({ name: 'fcntl', args })
    const line = (_, i) => 'line ' + i
    const isRead = output.print(Array.from({ length: ${lines} }, line))
    output.say([isRead ? 'somebody reads' : 'nobody reads'])`
  const { stdout, stderr } = spawnSync(
    'sh',
    ['-c', `"$0" --input-type=module -e "$1" | ${reader}`].concat(
      process.execPath,
      program,
    ),
    { encoding: 'utf8' },
  )
  return { stdout: stdout.trim(), stderr: stderr.trim() }
}

test('a pipe that is full, and set not to wait, is waited for', () => {
  expect(printedInto('{ sleep 0.2; wc -l; }')).toEqual({
    stdout: `${lines}`,
    stderr: 'somebody reads',
  })
})

test('who reads the beginning alone ends it quietly', () => {
  expect(printedInto('head -n 1')).toEqual({
    stdout: 'line 0',
    stderr: 'nobody reads',
  })
})
