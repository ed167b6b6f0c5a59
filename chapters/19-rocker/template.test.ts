// Go templates: what people write after --format.

import { describe, expect, test } from 'vitest'

import { readTemplate } from './format.ts'
import { fillIn } from './template-evaluate.ts'

const image = {
  Id: 'sha256:3f2a',
  Tags: ['debian:12', 'debian:latest'],
  Layers: [{ Name: 'base' }],
  Size: 124,
  None: null,
  Empty: '',
  Variant: undefined,
  Config: {
    Env: ['PATH=/bin', 'A=b "c"'],
    Labels: { b: '2', a: '1', 'with.dot': 'x' },
    User: '',
    Tty: false,
  },
}

function filled(template: string, value: unknown = image): string {
  return fillIn(readTemplate(template), value)
}

test.each([
  ['', ''],
  ['no action', 'no action'],
  ['{{.Id}}', 'sha256:3f2a'],
  ['{{ .Id }}!', 'sha256:3f2a!'],
  ['{{.Config.User}}', ''],
  ['{{.Variant}}', ''],
  ['{{.Size}} {{.Config.Tty}}', '124 false'],
  ['{{.Tags}}', '[debian:12 debian:latest]'],
  ['{{.Config.Labels}}', 'map[a:1 b:2 with.dot:x]'],
  ['{{.Config.Labels.a}} {{.Config.Labels.nosuch}}', '1 <no value>'],
  ['{{.None}}', '[]'],
  ['{{"a\\tb"}}{{`c\\d`}}{{1}}{{true}}', 'a\tbc\\d1true'],
  ['a {{- .Size -}} b', 'a124b'],
  ['a {{/* nothing */}}b', 'a b'],
  ['{{"}}"}}', '}}'],
])('%j is %j', (template, expected) => {
  expect(filled(template)).toBe(expected)
})

describe('json', () => {
  test.each([
    ['json', JSON.stringify(image)],
    ['{{json .}}', JSON.stringify(image)],
    ['{{json .Config.Env}}', '["PATH=/bin","A=b \\"c\\""]'],
    ['{{.Tags | json}}', '["debian:12","debian:latest"]'],
    ['{{json .None}} {{json .Variant}}', 'null null'],
  ])('%s', (template, expected) => {
    expect(filled(template)).toBe(expected)
  })
})

describe('functions', () => {
  test.each([
    ['{{len .Tags}} {{len .Config.Labels}} {{len .Id}}', '2 3 11'],
    ['{{len .None}} {{len .Variant}}', '0 0'],
    ['{{index .Tags 1}}', 'debian:latest'],
    ['{{index .Config.Labels "with.dot"}}', 'x'],
    ['{{index .Config.Labels "nosuch"}}', ''],
    ['{{index .Config.Labels "toString"}}', ''],
    ['{{(index .Tags 0) | upper}}', 'DEBIAN:12'],
    ['{{index (split .Id ":") 1}}', '3f2a'],
    ['{{(index .Layers 0).Name}}', 'base'],
    ['{{join .Tags ", "}}', 'debian:12, debian:latest'],
    ['{{join .None ", "}}', ''],
    ['{{upper "a"}}{{lower "B"}}{{title "go on"}}', 'AbGo On'],
    ['{{truncate .Id 6}}', 'sha256'],
    ['{{pad "a" 1 2}}|{{pad .Empty 1 2}}|', ' a  ||'],
    ['{{slice .Id 7 9}} {{slice .Tags 1}}', '3f [debian:latest]'],
    [
      '{{printf "%s|%5d|%-4v|%04d" .Id 5 true 7}}',
      'sha256:3f2a|    5|true|0007',
    ],
    [
      '{{printf "%.3s %q %x %t %.2f %%" .Id "a" 255 true 1.5}}',
      'sha "a" ff true 1.50 %',
    ],
    ['{{.Size | printf "%d B"}}', '124 B'],
    [
      '{{lt 1 2}} {{le 2 2}} {{gt "b" "a"}} {{ge 1 2}}',
      'true true true false',
    ],
    ['{{println .Size}}', '124\n'],
    ['{{print .Size "x"}}', '124 x'],
    ['{{eq .Size 124}} {{ne .Size 124}}', 'true false'],
    [
      '{{not .Empty}} {{and .Id .Empty}} {{or .Empty .Id}}',
      'true  sha256:3f2a',
    ],
  ])('%s', (template, expected) => {
    expect(filled(template)).toBe(expected)
  })
})

describe('if, with and range', () => {
  test.each([
    ['{{if .Id}}yes{{end}}', 'yes'],
    ['{{if .Config.User}}u{{else}}root{{end}}', 'root'],
    ['{{if .Empty}}a{{else if .Id}}b{{else}}c{{end}}', 'b'],
    ['{{if .None}}a{{else if .Empty}}b{{else}}c{{end}}', 'c'],
    ['{{if and .Id (not .Empty)}}yes{{end}}', 'yes'],
    ['{{range .Tags}}<{{.}}>{{end}}', '<debian:12><debian:latest>'],
    ['{{range .None}}x{{else}}none{{end}}', 'none'],
    [
      '{{range $i, $t := .Tags}}{{$i}}={{$t}} {{end}}',
      '0=debian:12 1=debian:latest ',
    ],
    [
      '{{range $k, $v := .Config.Labels}}{{$k}}:{{$v}} {{end}}',
      'a:1 b:2 with.dot:x ',
    ],
    ['{{range .Tags}}{{$.Size}} {{end}}', '124 124 '],
    ['{{with .Config}}{{.Tty}}{{end}}', 'false'],
    ['{{with $c := .Config}}{{$c.Tty}}{{end}}', 'false'],
    ['{{with .None}}x{{else}}none{{end}}', 'none'],
    ['{{$x := .Size}}{{$x}}', '124'],
  ])('%s', (template, expected) => {
    expect(filled(template)).toBe(expected)
  })
})

describe('what is not understood is said', () => {
  test.each([
    ['{{.Id', /\{\{\.Id does not end/],
    ['{{}}', /an empty/],
    ['{{.Id |}}', /an empty/],
    ['{{if .Id}}', /has no \{\{end\}\}/],
    ['{{if .Id}}a{{else}}b', /has no \{\{end\}\}/],
    ['{{end}}', /\{\{end\}\} without/],
    ['{{(.Id}}', /a \( without/],
    ['{{.Id)}}', /read the template/],
    ['{{&}}', /& is not understood/],
    ['{{"\\x"}}', /is not understood/],
    ['{{.Nosuch}}', /there is no \.Nosuch/],
    ['{{.Config.Nosuch.More}}', /there is no \.Config\.Nosuch/],
    ['{{.constructor}}', /there is no \.constructor/],
    ['{{.Id.length}}', /there is no \.Id\.length/],
    ['{{nosuch .Id}}', /there is no function nosuch/],
    ['{{constructor}}', /there is no function constructor/],
    ['{{$nosuch}}', /there is no \$nosuch/],
    ['{{.Id 1}}', /only a function/],
    ['{{index .Tags 2}}', /index 2 of a list of 2/],
    ['{{range .Size}}{{end}}', /range over 124/],
    ['{{join .Id ","}}', /it is no list/],
  ])('%s', (template, message) => {
    expect(() => filled(template)).toThrow(message)
  })
})

test('what an image says moves no cursor', () => {
  const value = { Label: 'a\x1b[2Jb\r\x9bc\nd', More: ['\x7f'] }
  const safe = /^[^\p{Cc}]*\n?[^\p{Cc}]*$/u
  expect(filled('{{.Label}}', value)).toBe('a\\x1b[2Jb\\x0d\\x9bc\nd')
  expect(filled('{{.More}}', value)).toBe('[\\x7f]')
  expect(filled('{{json .}}', value)).toMatch(safe)
  expect(JSON.parse(filled('{{json .}}', value))).toEqual(value)
})
