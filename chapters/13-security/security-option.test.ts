import { expect, test } from 'vitest'

import { readSecurityOptions } from './security-option.ts'

const usual = { noNewPrivileges: false, unmasked: false }

test.each([
  [[], {}],
  [['no-new-privileges'], { noNewPrivileges: true }],
  [['no-new-privileges:true'], { noNewPrivileges: true }],
  [['no-new-privileges=true'], { noNewPrivileges: true }],
  [['no-new-privileges', 'no-new-privileges=false'], {}],
  [['seccomp=unconfined'], { seccomp: 'unconfined' }],
  [['seccomp:unconfined'], { seccomp: 'unconfined' }],
  [['seccomp=./a=b:c.json'], { seccomp: './a=b:c.json' }],
  [['systempaths=unconfined'], { unmasked: true }],
  [['apparmor=unconfined', 'label=disable'], {}],
])('%j', (words, said) => {
  expect(readSecurityOptions(words)).toEqual({ ...usual, ...said })
})

test.each([
  ['', 'bad-input', 'no-new-privileges, seccomp='],
  ['nosuch', 'bad-input', 'no-new-privileges, seccomp='],
  ['__proto__=x', 'bad-input', 'no-new-privileges, seccomp='],
  ['no-new-privileges=yes', 'bad-input', 'no-new-privileges, seccomp='],
  ['seccomp', 'bad-input', 'no-new-privileges, seccomp='],
  ['systempaths=x', 'bad-input', 'no-new-privileges, seccomp='],
  ['apparmor=docker-default', 'unsupported', 'no profile of AppArmor'],
  ['label=type:x', 'unsupported', 'no profile of AppArmor'],
])('%j is refused, and says what is taken', (word, code, hint) => {
  expect(() => readSecurityOptions([word])).toThrow(
    expect.objectContaining({
      code,
      message: `confine it by ${JSON.stringify(word)}`,
      hint: expect.stringContaining(hint),
    }),
  )
})
