import { expect, test } from 'vitest'

import { readSysctl } from './sysctl-part.ts'

const own = { network: 'none', ipc: false } as const

test.each([
  ['net.ipv4.ip_forward=1', ['net.ipv4.ip_forward', '1']],
  ['kernel.shmmax=65536', ['kernel.shmmax', '65536']],
  ['fs.mqueue.msg_max=20', ['fs.mqueue.msg_max', '20']],
  ['kernel.sem=250 32000 32 128', ['kernel.sem', '250 32000 32 128']],
])('%s is its own', (text, both) => {
  expect(readSysctl(text, own)).toEqual(both)
})

test.each([
  'kernel.core_pattern=|/x',
  'vm.swappiness=1',
  'net.ipv4.ip_forward',
  'net.../../kernel.core_pattern=x',
  'net/../kernel=1',
  'net.ipv4.ip_forward=1\nkernel.core_pattern=x',
  'net.ipv4.ip_forward=',
  'a=1+kernel.y=2',
  '=1',
  '',
])("%j would be the machine's, or is none: refused", (text) => {
  expect(() => readSysctl(text, own)).toThrow(/set the sysctl/)
})

test.each([
  [
    'net.core.somaxconn=1',
    { network: 'host', ipc: false },
    /--network host/,
  ],
  ['kernel.shmmax=65536', { network: 'none', ipc: true }, /--ipc host/],
] as const)(
  "%s is not the container's where that is the host's",
  (text, shared, message) => {
    expect(() => readSysctl(text, shared)).toThrow(message)
  },
)
