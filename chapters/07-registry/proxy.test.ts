// Which proxy a URL goes by.

import { expect, test } from 'vitest'

import { proxyFor } from './proxy.ts'

const both = { HTTP_PROXY: 'http://p:1', HTTPS_PROXY: 'http://s:1' }
const except = (NO_PROXY: string) => ({ ...both, NO_PROXY })

test.each([
  ['http://a.example/', {}, undefined],
  ['http://a.example/', both, 'http://p:1'],
  ['https://a.example/', both, 'http://s:1'],
  ['https://a.example/', { HTTP_PROXY: 'http://p:1' }, undefined],
  ['https://a.example/', { https_proxy: 's:1' }, 'http://s:1'],
  ['http://127.0.0.1:5000/', both, undefined],
  ['http://localhost:5000/', both, undefined],
  ['http://[::1]/', both, undefined],
  ['https://a.example/', except('*'), undefined],
  ['https://a.example/', except('b.example, a.example'), undefined],
  ['https://a.example/', except('example'), undefined],
  ['https://a.example/', except('.example'), undefined],
  ['https://a.example/', except('*.example'), undefined],
  ['https://a.example/', except('xample'), 'http://s:1'],
  ['https://a.example/', except('a.example:443'), undefined],
  ['https://a.example/', except('a.example:444'), 'http://s:1'],
  ['http://10.1.2.3/', except('10.0.0.0/8'), undefined],
  ['http://11.1.2.3/', except('10.0.0.0/8'), 'http://p:1'],
  ['http://a.example/', { ...both, no_proxy: 'a.example' }, undefined],
])('%s with %j goes by %s', (url, env, proxy) => {
  expect(proxyFor(new URL(url), env)).toBe(proxy)
})
