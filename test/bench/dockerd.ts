// Docker's daemon, for the bench alone: its store, its sockets and its bridge
// stay in a folder, and it ends with the pid namespace that it runs in.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A daemon that runs until it is stopped. */
export interface Dockerd {
  readonly socket: string
  readonly pid: number
  stop(): Promise<unknown>
}

const patience = 300 // of 100 ms

/** Starts it and waits until it answers; `parent` is its containers' cgroup. */
export async function startDockerd(
  parent: string,
  {
    network = false,
    within = [],
  }: {
    readonly network?: boolean
    /** Words before its own: `nsenter -t 42 -n`. */
    readonly within?: readonly string[]
  } = {},
): Promise<Dockerd> {
  const folder = mkdtempSync(join(tmpdir(), 'docker-'))
  const socket = join(folder, 'docker.sock')
  const log = openSync(join(folder, 'log'), 'w')
  const [first = '', ...before] = [...within, 'dockerd']
  const daemon = spawn(
    first,
    [
      ...before,
      ...['-H', `unix://${socket}`, '--pidfile', join(folder, 'pid')],
      ...['--data-root', join(folder, 'data')],
      ...['--exec-root', join(folder, 'exec')],
      ...['--cgroup-parent', `${parent}/docker`],
      ...(network ? [] : ['--bridge', 'none']),
      ...(network ? [] : ['--iptables=false', '--ip6tables=false']),
    ],
    { stdio: ['ignore', log, log] },
  )
  closeSync(log)
  let ended: Error | undefined
  daemon.on('error', (error) => {
    ended = error
  })
  daemon.on('exit', (code) => {
    ended ??= new Error(`dockerd ended with ${code}: see ${folder}/log`)
  })
  for (let tries = 0; tries < patience; tries++) {
    await sleep(100)
    if (ended) throw ended
    if (existsSync(socket) && daemon.pid) {
      await sleep(1000) // it opens the socket before it answers
      return {
        socket,
        pid: daemon.pid,
        stop() {
          daemon.kill()
          return once(daemon, 'exit')
        },
      }
    }
  }
  daemon.kill('SIGKILL')
  throw new Error('dockerd does not start')
}
