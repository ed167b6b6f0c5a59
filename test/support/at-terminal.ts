// A client at a terminal: a pseudo terminal, a shell that waits for the client
// in it, and somebody who types, resizes and kills, step by step.
//
// man 7 pty

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync } from 'node:fs'

import type { Plan } from '../../chapters/02-process/plan.ts'
import { planFile } from '../../chapters/02-process/plan-file.ts'

import { marked } from './monitored.ts'

/**
 * What is done there:
 * - see: waits for a text on the screen, behind what was seen before
 * - type: presses keys
 * - size: makes it so many rows and columns large
 * - storm: changes the size so often; in the end it has 33 rows of 77
 * - signal: sends one to the client
 * - mode: notes whether the terminal is raw, or as before
 * - become: waits until it is
 * - stop: waits until the client is stopped
 * - end: waits until it has ended, and notes its status
 * - hang up: closes the window
 */
export type Step =
  | readonly ['see' | 'type' | 'signal', string]
  | readonly ['size', number, number]
  | readonly ['storm', number]
  | readonly ['become', 'raw' | 'as before']
  | readonly ['mode' | 'stop' | 'end' | 'hang up']

export interface Sitting {
  readonly screen: string
  /** What `mode` and `end` have noted. */
  readonly notes: readonly (string | number)[]
}

/** Plays a client's plan at a terminal of 24 rows of 80. */
export async function atTerminal(
  plan: Plan,
  program: string,
  steps: readonly Step[],
): Promise<Sitting> {
  const file = planFile(plan, {})
  const sitting = sitDown([program, '3'], steps, { file, env: marked })
  closeSync(file)
  return sitting
}

/** The same with a command, as somebody types it. */
export function commandAtTerminal(
  words: readonly string[],
  steps: readonly Step[],
  env: NodeJS.ProcessEnv,
): Promise<Sitting> {
  return sitDown(words, steps, { file: 'ignore', env })
}

async function sitDown(
  words: readonly string[],
  steps: readonly Step[],
  { file, env }: { file: number | 'ignore'; env: NodeJS.ProcessEnv },
): Promise<Sitting> {
  const driver = spawn(
    'python3',
    ['-c', script, JSON.stringify(steps), ...words],
    { stdio: ['ignore', 'pipe', 'pipe', file], env },
  )
  const out: Buffer[] = []
  const err: Buffer[] = []
  driver.stdout?.on('data', (bytes) => out.push(bytes))
  driver.stderr?.on('data', (bytes) => err.push(bytes))
  const [code] = await once(driver, 'close')
  if (code !== 0) throw new Error(`${Buffer.concat(err)}`)
  return JSON.parse(`${Buffer.concat(out)}`)
}

const script = `
import fcntl, json, os, pty, select, signal, struct, sys, termios, time

master, slave = pty.openpty()
def size(rows, columns):
    packed = struct.pack("HHHH", rows, columns, 0, 0)
    fcntl.ioctl(master, termios.TIOCSWINSZ, packed)
size(24, 80)
first = termios.tcgetattr(slave)
told, tell = os.pipe()
shell = os.fork()
if shell == 0:
    os.close(master)
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2): os.dup2(slave, fd)
    client = os.fork()
    if client == 0: os.execv(sys.argv[2], sys.argv[2:])
    signal.signal(signal.SIGHUP, lambda *_: os.kill(client, signal.SIGHUP)) # as bash does
    os.write(tell, b"%d\\n" % client)
    status = os.waitpid(client, 0)[1]
    os.write(tell, b"%d\\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)
os.close(tell)
told = os.fdopen(told)
client = int(told.readline())
screen, seen, notes = b"", 0, []

def look(seconds):
    global screen
    if select.select([master], [], [], seconds)[0]:
        screen += os.read(master, 65536)
def until(what, found):
    end = time.time() + 30
    while not found():
        if time.time() > end:
            sys.exit("there was never %s, but: %r" % (what, screen[seen:][-3000:]))
        look(0.02)
def mode():
    now = termios.tcgetattr(slave)
    return "as before" if now == first else "raw" if not now[3] & termios.ICANON else "other"
def is_stopped():
    with open("/proc/%d/stat" % client) as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] == "T"

for step, *more in json.loads(sys.argv[1]):
    if step == "see":
        text = more[0].encode("latin1")
        until(text, lambda: text in screen[seen:])
        seen = screen.index(text, seen) + len(text)
    elif step == "type": os.write(master, more[0].encode("latin1"))
    elif step == "size": size(*more)
    elif step == "storm":
        for i in range(more[0]): size(10 + i % 50, 20 + i % 90)
        size(33, 77)
    elif step == "signal": os.kill(client, getattr(signal, more[0]))
    elif step == "mode": notes.append(mode())
    elif step == "become": until(more[0], lambda: mode() == more[0])
    elif step == "stop": until("a stop", is_stopped)
    elif step == "end":
        until("an end", lambda: select.select([told], [], [], 0)[0])
        notes.append(int(told.readline()))
    elif step == "hang up":
        os.close(slave)
        os.close(master)
        notes.append(int(told.readline()))
        print(json.dumps({"screen": screen.decode("latin1"), "notes": notes}))
        sys.exit(0)
look(0)
print(json.dumps({"screen": screen.decode("latin1"), "notes": notes}))
`
