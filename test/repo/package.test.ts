// The house rules on what is installed, and on what is typed.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { paths, top } from './sources.ts'

const text = (path: string) => readFileSync(join(top, path), 'utf8')
const description = JSON.parse(text('package.json'))

test('a dependency is pinned to one version', () => {
  const all = {
    ...description.dependencies,
    ...description.devDependencies,
  }
  const loose = Object.entries(all).filter(
    ([, version]) => !/^\d+\.\d+\.\d+$/.test(`${version}`),
  )
  expect(loose).toEqual([])
})

test('the lock file says what to install, and not from where', () => {
  const lock = JSON.parse(text('package-lock.json'))
  expect(lock.version).toBe(description.version)
  expect(JSON.stringify(lock)).not.toContain('"resolved"')
})

test('start and test begin with the set-up', () => {
  for (const name of ['start', 'test', 'rocker', 'doctor', 'bench'])
    expect(description.scripts[name]).toBe(
      `node chapters/00-workshop/setup.mjs ${name}`,
    )
})

test('the set-up says which scripts there are', () => {
  const run = () =>
    execFileSync(
      process.execPath,
      [join(top, 'chapters/00-workshop/setup.mjs'), 'nothing'],
      { encoding: 'utf8', stdio: 'pipe' },
    )
  expect(run).toThrow(/there is no script nothing: start, rocker, test/)
})

test('no file names a place of the machine that it was written on', () => {
  const places = /(^|[\s'"`(=:])\/(work|root|home\/\w+)\/[\w.-]/
  const ours = paths.filter((path) =>
    /\.(ts|mjs|sh|md|c|h|jsonc?)$/.test(path),
  )
  const found = ours.flatMap((path) =>
    text(path)
      .split('\n')
      .flatMap((line, i) =>
        places.test(line) && !line.includes('/home/user')
          ? [`${path}:${i + 1} ${line.trim()}`]
          : [],
      ),
  )
  expect(found).toEqual([])
})

test('the lock file has a place for every optional package', () => {
  // else `npm ci` calls it out of step, where a registry lacks one of them
  const { packages }: Lock = JSON.parse(
    readFileSync(join(top, 'package-lock.json'), 'utf8'),
  )
  const names = Object.keys(packages)
  const missing = Object.values(packages).flatMap((entry) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) =>
        !names.some((path) => path.endsWith(`node_modules/${name}`)),
    ),
  )
  expect(missing).toEqual([])
})

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      { readonly optionalDependencies?: Readonly<Record<string, string>> }
    >
  >
}
