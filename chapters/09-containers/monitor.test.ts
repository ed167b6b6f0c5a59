// The calls of a monitor and of its clients, as explain prints them.

import { expect, test } from 'vitest'

import { formatCall } from '../01-syscalls/format-call.ts'
import { inside, result } from '../01-syscalls/syscall.ts'

import { attachTo, inBackground } from './attach.ts'
import { monitorProcess } from './monitor.ts'

test('a monitor knows its process, its ends of the pipes, and its log', () => {
  const calls = monitorProcess({
    pid: result('pid'),
    stdin: inside('stdin', 4),
    stdout: inside('stdout', 0),
    client: result('client'),
    stdinOnce: true,
    log: { path: '/c/log', maxBytes: 1_000_000, maxFiles: 3 },
  })
  expect(calls.map(formatCall)).toEqual([
    'status = monitor({pid}, {stdin={stdin+4}, stdout={stdout}, stderr=-1, ' +
      'listener=-1, client={client}, stdin_once=1, log="/c/log", ' +
      'log_max_bytes=1000000, log_max_files=3})',
  ])
})

test('a monitor of a terminal without a log', () => {
  const master = result('master')
  const calls = monitorProcess({
    pid: result('pid'),
    stdin: master,
    stdout: master,
    terminal: true,
    listener: result('listener'),
  })
  expect(calls.map(formatCall)).toEqual([
    'status = monitor({pid}, {stdin={master}, stdout={master}, stderr=-1, ' +
      'terminal=1, listener={listener}, client=-1, log_max_files=1})',
  ])
})

test('a client with an input, a terminal and keys', () => {
  const keys = Buffer.from('\x10\x11')
  const how = { stdin: true, terminal: true, proxy: true, keys }
  expect(attachTo(result('socket'), 0, how).map(formatCall)).toEqual([
    'status = attach({socket}, 0, {stdout=1, stderr=2, terminal=1, proxy=1, ' +
      'keys=<2 bytes>, keys_length=2})',
  ])
})

test('a client that only waits for the start has no input', () => {
  const calls = attachTo(inside('socket', 0), result('pid'), inBackground)
  expect(calls.map(formatCall)).toEqual([
    'status = attach({socket}, {pid}, ' +
      '{stdin=-1, stdout=1, stderr=2, until_started=1})',
  ])
})
