// The table "docker's commands here" of chapter 19.

import { spawnSync } from 'node:child_process'

import { describe, expect, test } from 'vitest'

import {
  commands,
  laterCommands,
} from '../../chapters/19-rocker/commands.ts'
import { flagHint } from '../../chapters/19-rocker/flag-hint.ts'

import { fromDocs } from './from-docs.ts'

type Lists = Readonly<Record<string, string>>

const { dockerFlags, dockerGroups, dockerVersion } = await fromDocs<{
  dockerFlags: Lists
  dockerGroups: Lists
  dockerVersion: string
}>('reference/docker-cli.ts')
const { docker, dockerCommands, fateOf, lackingFlags } = await fromDocs<{
  docker(language: 'en' | 'zh'): Promise<string>
  dockerCommands: readonly string[]
  fateOf(name: string): { kind: string; chapter?: string }
  lackingFlags(name: string): Promise<{ flag: string; chapter?: string }[]>
}>('reference/docker.ts')

describe('docker’s commands here', () => {
  test.each([
    ['run', { kind: 'here' }],
    ['image prune', { kind: 'here' }],
    ['build', { kind: 'later', chapter: laterCommands.build }],
    ['image build', { kind: 'later', chapter: laterCommands.build }],
    ['context export', { kind: 'missing' }],
    ['swarm init', { kind: 'missing' }],
  ])('%s is told as it is: %j', (name, fate) => {
    expect(fateOf(name)).toEqual(fate)
  })

  test('have each command that rocker has, once', async () => {
    const text = await docker('en')
    const [, first = ''] = text.split('\n\n')
    for (const { name, hidden } of commands) {
      const shown = first.split(`<code>${name}</code>`).length - 1
      expect([name, shown]).toEqual([name, hidden ? 0 : 1])
    }
  })

  test('have a word for who types a flag that is lacking', async () => {
    const silent: string[] = []
    for (const name of dockerCommands)
      for (const { flag, chapter } of await lackingFlags(name)) {
        const hint = flagHint(`--${flag}`, [], name)
        if (!chapter && hint.endsWith('--help lists them'))
          silent.push(`${name} --${flag}`)
      }
    expect(silent).toEqual([])
  })

  test('lack no flag that the command takes', async () => {
    for (const name of dockerCommands) {
      const entry = commands.find((one) => one.name === name)
      if (!entry) continue
      const { options } = (await entry.load()).command
      const taken = options.filter(({ later }) => !later)
      const lacking = (await lackingFlags(name)).map(({ flag }) => flag)
      const both = taken.filter((one) => lacking.includes(one.name))
      expect([name, both]).toEqual([name, []])
    }
  })
})

const installed = spawnSync('docker', ['--version'], { encoding: 'utf8' })
const isSame = `${installed.stdout}`.includes(` ${dockerVersion}.`)

describe.skipIf(!isSame)(`docker ${dockerVersion}`, () => {
  test.each(Object.entries(dockerGroups))(
    'has in its group %s: %s',
    (group, listed) => {
      expect(commandsIn(help(group))).toEqual(listed.split(' '))
    },
  )

  test.each(Object.entries(dockerFlags))(
    'has for %s these flags: %s',
    (name, listed) => {
      const flags = [...help(name).matchAll(/^ +(?:-\w, +)?--([\w-]+)/gm)]
        .map(([, flag = '']) => flag)
        .filter((flag) => flag !== 'help')
      expect(flags).toEqual(listed.split(' ').filter(Boolean))
    },
  )

  function help(name: string): string {
    const { stdout, stderr } = spawnSync(
      'docker',
      [...name.split(' '), '--help'],
      { encoding: 'utf8' },
    )
    return stdout + stderr
  }

  function commandsIn(text: string): string[] {
    const [, list = ''] = text.split(/^(?:Management )?Commands:$/m)
    const all = text.match(/^ {2}[a-z][\w-]*\*? +[A-Z]/gm) ?? []
    return list ? all.map((line) => line.trim().split(/[* ]/)[0] ?? '') : []
  }
})
