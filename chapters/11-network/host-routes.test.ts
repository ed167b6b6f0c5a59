import { expect, test } from 'vitest'

import { hostRoutes } from './host-routes.ts'
import { formatRange } from './subnet.ts'

const of4 = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
tun0\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0
`
const zero = '0'.repeat(32)
const route6 = (to: string, bits: string, device: string) =>
  `${to} ${bits} ${zero} 00 ${zero} 00000100 00000001 00000000 00000001 ${device}\n`
const of6 = [
  route6(`fd000030${zero}`.slice(0, 32), '40', 'eth0'),
  route6(`fe80${zero}`.slice(0, 32), '40', 'eth0'),
  route6(`ff00${zero}`.slice(0, 32), '08', 'eth0'),
  route6(zero, '00', 'eth0'),
  route6(`${zero.slice(1)}1`, '80', 'lo'),
  route6(`2001${zero}`.slice(0, 32), '20', 'eth1'),
].join('')

test('the host’s ways are those of its table, but not the default ones', () => {
  const shown = hostRoutes(of4, of6).map(
    ({ device, to }) => `${device} ${formatRange(to)}`,
  )
  expect(shown).toEqual([
    'eth0 192.168.0.0/24',
    'tun0 10.0.0.0/8',
    'eth0 fd00:30::/64',
    'eth1 2001::/32',
  ])
})

test('without tables it has none', () => {
  expect(hostRoutes('', '')).toEqual([])
})
