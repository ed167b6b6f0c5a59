// Somebody at a terminal: a shell on a pseudo terminal, what is typed into it,
// and what comes out.
//
// man 1 script

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'

const patienceMs = 30_000

export class Person {
  private readonly shell: ChildProcess
  private unread = ''
  private notify = () => {}

  /** Sits down in a folder. */
  constructor(cwd: string, env: Readonly<Record<string, string>> = {}) {
    this.shell = spawn(
      'script',
      ['-qfec', 'bash --norc --noprofile --noediting', '/dev/null'],
      {
        cwd,
        env: { ...process.env, TERM: 'xterm', ...env },
        stdio: ['pipe', 'pipe', 'ignore'],
      },
    )
    this.shell.stdout?.on('data', (bytes) => {
      this.unread += stripVTControlCharacters(`${bytes}`)
      this.notify()
    })
    this.type("PS1=ready'> '\n") // which is not yet the prompt
  }

  /** Presses keys; a command ends with a new line. */
  type(keys: string): void {
    this.shell.stdin?.write(keys)
  }

  /** Waits for a text, and answers all that came up to its end. */
  async sees(text: string | RegExp): Promise<string> {
    const end = Date.now() + patienceMs
    const timer = setTimeout(() => this.notify(), patienceMs)
    try {
      for (;;) {
        const at = endOf(this.unread, text)
        if (at > 0) return this.read(at)
        if (Date.now() >= end)
          throw new Error(`there was no ${text}, but:\n${this.unread}`)
        await new Promise<void>((resolve) => {
          this.notify = resolve
        })
      }
    } finally {
      clearTimeout(timer)
    }
  }

  /** Types a command, and answers what it printed, and its status. */
  async runs(command: string): Promise<string> {
    await this.sees('ready> ')
    this.type(`${command}; echo "status:$?"\n`)
    await this.sees('\n') // what is typed is seen too
    return this.sees(/status:\d+\r\n/)
  }

  private read(length: number): string {
    const text = this.unread.slice(0, length)
    this.unread = this.unread.slice(length)
    return text.replaceAll('\r', '')
  }

  async leaves(): Promise<void> {
    this.shell.kill() // what runs in it gets SIGHUP
    await once(this.shell, 'close')
  }
}

/** 0 where it is not there. */
function endOf(all: string, text: string | RegExp): number {
  const found = typeof text === 'string' ? text : text.exec(all)?.[0]
  const at = found === undefined ? -1 : all.indexOf(found)
  return at < 0 ? 0 : at + (found?.length ?? 0)
}
