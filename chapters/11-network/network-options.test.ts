import { expect, test } from 'vitest'

import { bridgeOf, checkNetworkOptions } from './network-options.ts'

const bridge = 'com.docker.network.bridge'

test.each([
  [`${bridge}.name`, 'br-web'],
  ['com.docker.network.driver.mtu', '1400'],
  ['com.docker.network.driver.mtu', '65535'],
  [`${bridge}.enable_icc`, 'true'],
  [`${bridge}.enable_ip_masquerade`, 'true'],
  [`${bridge}.host_binding_ipv4`, '0.0.0.0'],
])('%s may be %s', (key, value) => {
  expect(() => checkNetworkOptions('web', { [key]: value })).not.toThrow()
})

test.each([
  ['foo', 'bar'],
  ['toString', ''],
  [`${bridge}.name`, ''],
  [`${bridge}.name`, 'a/b'],
  [`${bridge}.name`, 'x'.repeat(16)],
  ['com.docker.network.driver.mtu', 'abc'],
  ['com.docker.network.driver.mtu', '67'],
  ['com.docker.network.driver.mtu', '65536'],
  [`${bridge}.enable_icc`, 'false'],
  [`${bridge}.host_binding_ipv4`, '127.0.0.1'],
])('%s may not be %j', (key, value) => {
  expect(() => checkNetworkOptions('web', { [key]: value })).toThrow(
    /^make network web with "/,
  )
})

test('its device is called after its id, or as it is wanted', () => {
  const id = `1a2b3c4d${'0'.repeat(56)}`
  expect(bridgeOf(id, {})).toBe('rk-1a2b3c4d')
  expect(bridgeOf(id, { [`${bridge}.name`]: 'br-web' })).toBe('br-web')
})
