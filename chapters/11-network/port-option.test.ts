import { expect, test } from 'vitest'

import { readExposed, readPublished } from './port-option.ts'

test.each([
  ['80', { container: [80, 80] }],
  [':80', { container: [80, 80] }],
  ['8080:80', { container: [80, 80], host: [8080, 8080] }],
  [
    '8080:80/udp',
    { protocol: 'udp', container: [80, 80], host: [8080, 8080] },
  ],
  ['80/TCP', { container: [80, 80] }],
  ['80/sctp', { protocol: 'sctp', container: [80, 80] }],
  [
    '127.0.0.1:8080:80',
    { address: '127.0.0.1', container: [80, 80], host: [8080, 8080] },
  ],
  ['127.0.0.1::80', { address: '127.0.0.1', container: [80, 80] }],
  ['0.0.0.0::80', { address: '0.0.0.0', container: [80, 80] }],
  [
    '[2001:DB8::0:1]:8080:80',
    { address: '2001:db8::1', container: [80, 80], host: [8080, 8080] },
  ],
  [
    '::1:8080:80',
    { address: '::1', container: [80, 80], host: [8080, 8080] },
  ],
  ['8000-8009', { container: [8000, 8009] }],
  ['8000-8009:80', { container: [80, 80], host: [8000, 8009] }],
  [
    '8000-8009:9000-9009/udp',
    { protocol: 'udp', container: [9000, 9009], host: [8000, 8009] },
  ],
  ['1-65535:1-65535', { container: [1, 65535], host: [1, 65535] }],
  ['1-500:1001-1500', { container: [1001, 1500], host: [1, 500] }],
  ['published=8080,target=80', { container: [80, 80], host: [8080, 8080] }],
  ['target=80,protocol=udp', { protocol: 'udp', container: [80, 80] }],
])('-p %s', (text, found) => {
  expect(readPublished(text)).toEqual({
    ...{ protocol: 'tcp', address: '' },
    ...found,
  })
})

test.each([
  ...['', ':', '0', '0:80', '80:0', '65536', '65536:80', '-1', '080'],
  ...['abc', '1e20', '8e1', '0x50', ' 80 ', '80 ', '8 0', '80\n', '٨٠'],
  ...['80/foo', '80/', '/tcp', '80/tcp/udp', '80; rm', '80:', '80:80:'],
  ...['999.1.1.1:80:80', '1.2.3:80:80', '01.2.3.4:80:80', 'host:80:80'],
  ...['1:2:3:4', '80:80:80:80', '127.0.0.1:80', '[127.0.0.1]:80:80'],
  ...['[::1:80:80', '::1]:80:80', '[]:80:80', '[fe80::1%eth0]:80:80'],
  ...['9-8', '8-9-10', '8-', '-9', '1-70000', '80-80-80', '1-2-:3'],
  ...['1-3:1-2', '1-2:1-3', '8000:80-81'],
  ...['published=8080', 'target=', 'target=80,target=81', 'target=80,x=1'],
  ...['target=80=81', 'published=1:2,target=80', '=80', 'target=80,'],
])('-p %j is refused, with a hint', (text) => {
  expect(() => readPublished(text)).toThrow(
    expect.objectContaining({
      message: `publish ${JSON.stringify(text)}`,
      exitCode: 125,
      hint: expect.stringMatching(/-p/),
    }),
  )
})

test('many ports keep their numbers, or are refused', () => {
  expect(() => readPublished('1-501:1001-1501')).toThrow(
    expect.objectContaining({
      hint: 'no more than 500 ports can have other numbers outside',
    }),
  )
})

test.each([
  ['80', { protocol: 'tcp', container: [80, 80] }],
  ['80/udp', { protocol: 'udp', container: [80, 80] }],
  ['8000-8009/tcp', { protocol: 'tcp', container: [8000, 8009] }],
])('--expose %s', (text, found) => {
  expect(readExposed(text)).toEqual(found)
})

test.each(['', '8080:80', '0', '80/x', '9-8', '80,81'])(
  '--expose %j is refused, with a hint',
  (text) => {
    expect(() => readExposed(text)).toThrow(
      expect.objectContaining({
        message: `expose ${JSON.stringify(text)}`,
        hint: '--expose PORT[-PORT][/tcp|udp|sctp]',
      }),
    )
  },
)
