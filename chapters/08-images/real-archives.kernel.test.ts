// Real archives, beside what others make of them: every file, its owner, mode,
// times, links, xattrs and content.

import { execFileSync } from 'node:child_process'
import { createReadStream, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { debianLayer, hasDebianLayer } from '../../test/bench/images.ts'
import { layerSandbox } from '../../test/support/layer-sandbox.ts'
import { treeOf } from '../../test/support/tree.ts'
import type { Digest } from '../07-registry/digest.ts'

import { settle } from './settle.ts'
import { unpackLayer } from './unpack-layer.ts'

const sandbox = layerSandbox()
afterAll(() => sandbox[Symbol.dispose]())

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, {
    maxBuffer: 1 << 28,
    stdio: 'pipe',
  }).toString()

function sha256Of(path: string, filter: string): Digest {
  const line = run('sh', '-c', `${filter} < "$0" | sha256sum`, path)
  return `sha256:${line.slice(0, 64)}`
}

function fresh(name: string): string {
  const folder = join(sandbox.folder, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  return folder
}

async function byRocker(blob: string): Promise<string[]> {
  const into = fresh('rocker')
  const layer = await unpackLayer(createReadStream(blob), {
    digest: sha256Of(blob, 'cat'),
    size: statSync(blob).size,
    diffId: sha256Of(blob, 'gzip -dcf'),
    into,
  })
  settle(into, layer, [])
  return treeOf(into)
}

function byTar(blob: string): string[] {
  const into = fresh('tar')
  const xattrs = ['--xattrs', '--xattrs-include=*']
  run('tar', '-C', into, ...xattrs, '--numeric-owner', '-xpf', blob)
  return treeOf(into)
}

function byUmoci(blob: string): string[] {
  const layout = join(sandbox.folder, 'layout')
  const bundle = join(sandbox.folder, 'bundle')
  const tar = join(sandbox.folder, 'layer.tar')
  run('sh', '-c', 'gzip -dc < "$0" > "$1"', blob, tar)
  run('umoci', 'init', '--layout', layout)
  run('umoci', 'new', '--image', `${layout}:x`)
  run('umoci', 'raw', 'add-layer', '--image', `${layout}:x`, tar)
  run('umoci', 'unpack', '--image', `${layout}:x`, bundle)
  return treeOf(join(bundle, 'rootfs'))
}

/** Lines that only one of them has. */
function differences(
  ours: readonly string[],
  theirs: readonly string[],
): string[] {
  const inOurs = new Set(ours)
  const inTheirs = new Set(theirs)
  return [
    ...ours
      .filter((line) => !inTheirs.has(line))
      .map((line) => `ours ${line}`),
    ...theirs
      .filter((line) => !inOurs.has(line))
      .map((line) => `theirs ${line}`),
  ]
}

const debian = hasDebianLayer()
  ? 'a Debian root filesystem'
  : 'a Debian root filesystem (needs one: npm test makes it from the internet)'

describe.skipIf(!hasDebianLayer())(debian, () => {
  let ours: string[] = []
  beforeAll(async () => {
    ours = await byRocker(debianLayer())
  })

  test('is what GNU tar makes of it', () => {
    expect(ours.length).toBeGreaterThan(5000)
    expect(differences(ours, byTar(debianLayer()))).toEqual([])
  })

  test('is what umoci makes of it', () => {
    expect(differences(ours, byUmoci(debianLayer()))).toEqual([])
  })
})

describe('a folder with one of everything', () => {
  const source = join(sandbox.folder, 'source')
  const long = (letter: string) => `${letter.repeat(200)}`
  beforeAll(() => {
    mkdirSync(source)
    run(
      'sh',
      '-ec',
      `cd "$0"
      umask 0
      echo hello > file; cp /bin/true su; chmod 6755 su; chown 12:34 file
      mkdir -m 2750 folder; mkdir -m 1777 tmp; chown 5:6 folder
      ln file hard; ln -s /no/where link; ln -s file folder/link
      ln link folder/hardlink
      mkfifo -m 600 pipe; mknod -m 640 null c 1 3; mknod disk b 259 70000
      mkdir ${long('d')}; echo x > ${long('d')}/${long('f')}
      ln -s ${long('t')} long
      printf x > "$(printf 'latin\\351')"; printf x > "$(printf 'new\\nline')"
      setfattr -n user.note -v 0x000aff3d file; setfattr -n user.f -v x folder
      setcap cap_net_raw+ep su
      truncate -s 5M hole; echo data | dd of=hole seek=3000 conv=notrunc status=none
      truncate -s 1M nothing; echo x > ends; truncate -s 100k ends
      for i in $(seq 0 2 200); do
        echo $i | dd of=many bs=4k seek=$i conv=notrunc status=none
      done
      touch -hd '1969-12-31 23:59:58.5 UTC' link
      touch -d '2001-02-03 04:05:06.789012345 UTC' file folder tmp
      `,
      source,
    )
  })

  const formats: [string, string[]][] = [
    ['in GNU’s format', ['--format=gnu']],
    ['in GNU’s format with holes', ['--format=gnu', '--sparse']],
    ['in GNU’s old format', ['--format=oldgnu', '--sparse']],
    ['in POSIX format', ['--format=posix', '--xattrs']],
    ...['0.0', '0.1', '1.0'].map((version): [string, string[]] => [
      `in POSIX format with holes (${version})`,
      [
        '--format=posix',
        '--xattrs',
        '--sparse',
        `--sparse-version=${version}`,
      ],
    ]),
  ]
  test.each(formats)('%s', async (_, options) => {
    const blob = join(sandbox.folder, 'everything.tar')
    const xattrs = options.includes('--xattrs')
      ? ['--xattrs-include=*']
      : []
    run('tar', '-C', source, ...options, ...xattrs, '-cf', blob, '.')
    const ours = await byRocker(blob)
    expect(differences(ours, byTar(blob))).toEqual([])
    if (xattrs.length > 0)
      expect(differences(ours, treeOf(source))).toEqual([])
    else
      expect(ours.map((line) => line.split(' ', 3))).toEqual(
        treeOf(source).map((line) => line.split(' ', 3)),
      )
  })
})
