import { describe, expect, test } from 'vitest'

import { type LimitOptions, type Limits, parseLimits } from './limits.ts'
import { onlineCpus } from './processors.ts'

const machine = '0-3,6'
const mega = 1024 * 1024

const accepted: [LimitOptions, Limits][] = [
  [{}, {}],
  [{ memory: '64m' }, memory(64 * mega, 128 * mega)],
  [{ memory: '64M' }, memory(64 * mega, 128 * mega)],
  [{ memory: '64mb' }, memory(64 * mega, 128 * mega)],
  [{ memory: '64MiB' }, memory(64 * mega, 128 * mega)],
  [{ memory: '1g' }, memory(1024 * mega, 2048 * mega)],
  [{ memory: '1.5g' }, memory(1536 * mega, 3072 * mega)],
  [{ memory: '8192k' }, memory(8 * mega, 16 * mega)],
  [{ memory: '6291456' }, memory(6 * mega, 12 * mega)],
  [{ memory: '6291456b' }, memory(6 * mega, 12 * mega)],
  [{ memory: '0' }, {}],
  [{ memory: '64m', 'memory-swap': '64m' }, memory(64 * mega, 64 * mega)],
  [{ memory: '64m', 'memory-swap': '1g' }, memory(64 * mega, 1024 * mega)],
  [{ memory: '64m', 'memory-swap': '0' }, memory(64 * mega, 128 * mega)],
  [{ memory: '64m', 'memory-swap': '-1' }, memory(64 * mega, 'unlimited')],
  [{ 'memory-swap': '-1' }, {}],
  [{ 'memory-swap': '0' }, {}],
  [{ cpus: '0.5' }, quota(50_000)],
  [{ cpus: '.5' }, quota(50_000)],
  [{ cpus: '1.5' }, quota(150_000)],
  [{ cpus: '5' }, quota(500_000)],
  [{ cpus: '0.01' }, quota(1000)],
  [{ cpus: '0.29' }, quota(29_000)],
  [{ cpus: '0.123456789' }, quota(12_345)],
  [{ cpus: '0' }, {}],
  [{ 'cpu-shares': '512' }, { cpuShares: 512 }],
  [{ 'cpu-shares': '2' }, { cpuShares: 2 }],
  [{ 'cpu-shares': '262144' }, { cpuShares: 262144 }],
  [{ 'cpu-shares': '0' }, {}],
  [{ 'cpuset-cpus': '0' }, { cpuset: '0' }],
  [{ 'cpuset-cpus': '0-3,6' }, { cpuset: '0-3,6' }],
  [{ 'cpuset-cpus': '1,0,6-6' }, { cpuset: '1,0,6-6' }],
  [{ 'pids-limit': '20' }, { pids: 20 }],
  [{ 'pids-limit': '4194304' }, { pids: 4194304 }],
  [{ 'pids-limit': '0' }, {}],
  [{ 'pids-limit': '-1' }, {}],
  [
    { memory: '64m', cpus: '2', 'pids-limit': '7' },
    { ...memory(64 * mega, 128 * mega), ...quota(200_000), pids: 7 },
  ],
]

const nowhere = ['', ' ', 'nan', 'abc', '0x10', '1e20', '-2', '4m;id', '１']
const refused: Record<keyof LimitOptions, string[]> = {
  memory: [
    ...nowhere,
    ...['-1', '1', '3m', '6291455', '1e9', '64 m', ' 64m', '64m\n', '64mm'],
    ...['64x', '1.m', '.5g', '1,5g', '+64m', 'unlimited', 'Infinity'],
    ...[
      '100000000000000000000',
      '9223372036854771712',
      '8192p',
      'm',
      '1bb',
    ],
  ],
  'memory-swap': [...nowhere, '64m', '-1m', '--1', '100000000000000000000'],
  cpus: [
    ...nowhere,
    ...['-1', '1e6', '1e400', '1e-1', 'Infinity', '0.001', '5.01', '6'],
    ...['100000000000000000000', '1.', '.', '1.0000000001', '1/2', '+1'],
  ],
  'cpu-shares': [...nowhere, '-1', '1', '262145', '1.5', '1e3', '+5'],
  'cpuset-cpus': [
    ...nowhere,
    ...['-1', '4', '0-4', '5', '3-0', '0-', '-3', '0,', ',0', '0-1-2'],
    ...['0-99999999999', '0,1000000', '0:1', '0 1', '0,0x1', 'all'],
  ],
  'pids-limit': [...nowhere, '1.5', '1e3', '4194305', '99999999999999999'],
}

describe('limits', () => {
  test.each(accepted)('%j is read as %j', (options, limits) => {
    expect(parseLimits(options, machine)).toEqual(limits)
  })

  test.each(
    Object.entries(refused).flatMap(([flag, values]) =>
      values.map((value) => [flag, value] as const),
    ),
  )('--%s %j is refused, with a hint', (flag, value) => {
    expect(() => parseLimits({ [flag]: value }, machine)).toThrow(
      expect.objectContaining({
        code: 'bad-input',
        hint: expect.stringMatching(/\S/),
      }),
    )
  })

  test('swap is never less than memory', () => {
    expect(() =>
      parseLimits({ memory: '64m', 'memory-swap': '63m' }, machine),
    ).toThrow('--memory-swap "63m": less than --memory')
  })

  test('more processors than there are is refused with their number', () => {
    expect(() => parseLimits({ cpus: '1000000' }, machine)).toThrow(
      '--cpus "1000000": not from 0.01 to 5',
    )
  })

  test('this machine has a processor 0', () => {
    expect(parseLimits({ 'cpuset-cpus': '0' }, onlineCpus())).toEqual({
      cpuset: '0',
    })
  })
})

function memory(
  memoryBytes: number,
  memorySwapBytes: number | 'unlimited',
): Limits {
  return { memoryBytes, memorySwapBytes }
}

function quota(quotaMicros: number): Limits {
  return { cpuQuota: { quotaMicros, periodMicros: 100_000 } }
}
