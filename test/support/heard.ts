// What is printed in this process: kept for a test, and not shown.

import { vi } from 'vitest'

import { output } from '../../chapters/19-rocker/output.ts'

/** What was said from the beginning to the end. */
export interface Heard extends Disposable {
  out: string
  err: string
}

/** Listens until it is disposed of, or all mocks are restored. */
export function listen(): Heard {
  const text = (lines: readonly string[]) =>
    lines.map((line) => `${line}\n`).join('')
  const spies = [
    vi.spyOn(output, 'print').mockImplementation((lines) => {
      heard.out += text(lines)
      return true
    }),
    vi.spyOn(output, 'say').mockImplementation((lines) => {
      heard.err += text(lines)
    }),
  ]
  const heard: Heard = {
    out: '',
    err: '',
    [Symbol.dispose]() {
      for (const spy of spies) spy.mockRestore()
    },
  }
  return heard
}
