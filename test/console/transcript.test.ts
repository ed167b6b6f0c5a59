import { expect, test } from 'vitest'

import {
  formatTranscript,
  matches,
  parseTranscript,
  replaced,
  shownTranscript,
  updated,
} from './transcript.ts'

const text = `# after 04-rootfs/rootfs
# /[0-9a-f]{4}/ → <id>
$ for i in 1 2
> do echo $i; done
1
2
$ true
$ rocker ps
<id>
`

test('a transcript is read, and written as it was', () => {
  const transcript = parseTranscript(text)
  expect(transcript.after).toEqual(['04-rootfs/rootfs'])
  expect(transcript.exchanges).toEqual([
    { command: ['for i in 1 2', 'do echo $i; done'], output: ['1', '2'] },
    { command: ['true'], output: [] },
    { command: ['rocker ps'], output: ['<id>'] },
  ])
  expect(formatTranscript(transcript)).toBe(text)
  expect(shownTranscript(transcript).split('\n')[0]).toBe('$ for i in 1 2')
})

test.each([
  ['no command', '# after a/b\n'],
  ['a head that means nothing', '# what is this\n$ true\n'],
])('%s is refused', (_, bad) => {
  expect(() => parseTranscript(bad)).toThrow(/^a transcript/)
})

test('what differs from run to run gets its name', () => {
  const { replacements } = parseTranscript(text)
  expect(replaced('beef and cafe\n', replacements)).toEqual([
    '<id> and <id>',
  ])
})

test.each([
  [['a'], ['a'], true],
  [['a'], ['a', 'b'], false],
  [['a', '…'], ['a', 'b', 'c'], true],
  [['…', 'c'], ['a', 'b', 'c'], true],
  [['…', 'c'], ['a', 'b'], false],
  [['…'], [], true],
  [['mount …'], ['mount /proc'], true],
  [['mount …'], ['umount /proc'], false],
])('%j as expected, %j as it came: %j', (expected, actual, is) => {
  expect(matches(expected, actual)).toBe(is)
})

test('an update keeps what still matches, and takes over the rest', () => {
  const transcript = parseTranscript('$ a\n…\nend\n$ b\nold\n')
  const now = updated(transcript, [['x', 'end'], ['new']])
  expect(formatTranscript(now)).toBe('$ a\n…\nend\n$ b\nnew\n')
})
