// Containers in layers: each writes into its own, and the image stays as it is.

import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import { played } from '../../test/support/played.ts'
import { busyboxRoot } from '../../test/support/rootfs.ts'
import { settled, snapshot } from '../../test/support/snapshot.ts'

import { changes } from './changes.ts'
import { launchPlan } from './launch.ts'
import type { Overlay } from './overlay.ts'
import { checkUpper } from './where-it-works.ts'

const base = mkdtempSync(join(tmpdir(), 'overlay-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(base, 'container-'))
})

const rocker = join(import.meta.dirname, 'rocker.ts')
const overlay = (lowers = [busyboxRoot()], at = folder): Overlay => ({
  lowers,
  folder: at,
  top: statSync(lowers[0] ?? ''),
})
const sh = (script: string, how = overlay()) =>
  played(launchPlan(['sh', '-c', script], how))

describe('a container', () => {
  test('writes into its own layer, and the image stays as it is', async () => {
    const before = hashOf(busyboxRoot())
    const script = `echo x > /etc/new; rm /etc/hosts; echo y >> /etc/passwd
      rm -r /home; mkdir /home; mv /var/tmp /var/other; chmod 700 /usr`
    const { status, stderr } = await sh(script)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(hashOf(busyboxRoot())).toBe(before)
  })

  test('sees nothing of what another one wrote', async () => {
    await sh('echo x > /only-here')
    const other = mkdtempSync(join(base, 'container-'))
    const { stdout } = await sh('ls /', overlay([busyboxRoot()], other))
    expect(stdout).not.toContain('only-here')
    expect(readdirSync(join(folder, 'upper'))).toContain('only-here')
  })

  test('leaves changes behind that are told', async () => {
    await sh('echo x > /etc/new; rm /etc/hosts; echo y >> /etc/passwd')
    const told = changes(join(folder, 'upper'), busyboxRoot())
    expect(told.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'C /etc',
      'D /etc/hosts',
      'A /etc/new',
      'C /etc/passwd',
    ])
  })

  test('has the root of its image, owner and mode', async () => {
    const own = join(base, 'own')
    execFileSync('cp', ['-a', busyboxRoot(), own])
    chownSync(own, 1000, 1001)
    execFileSync('chmod', ['1751', own])
    const { stdout } = await sh("stat -c '%u %g %a' /", overlay([own]))
    expect(stdout).toBe('1000 1001 1751\n')
  })

  test('leaves no mount on the host', async () => {
    const before = await snapshot()
    expect((await sh('mount -t tmpfs x /tmp; exit 3')).status).toBe(3)
    expect(await settled(before)).toEqual(before)
  })
})

describe('layers', () => {
  test.each([1, 2, 128, 300])('%i of them make one tree', async (count) => {
    const layers = makeLayers(count)
    const { stdout, failure } = await sh(
      'ls /layers | wc -l; cat /top; ls -d /layers/0',
      overlay([...layers, busyboxRoot()]),
    )
    expect(failure).toBeUndefined()
    expect(stdout).toBe(`${count}\n${count - 1}\n/layers/0\n`)
  })

  test.each([
    ['a colon', 'a:b'],
    ['a comma', 'a,upperdir=x'],
    ['a backslash', 'a\\b'],
    ['a blank', 'a b'],
    ['a new line', 'a\nb'],
    ['a name that is not English', 'ä层'],
    ['two hundred letters', 'x'.repeat(200)],
  ])('may lie in a folder with %s', async (_, name) => {
    const odd = join(base, name)
    mkdirSync(odd, { recursive: true })
    execFileSync('cp', ['-a', busyboxRoot(), join(odd, 'root')])
    const own = mkdtempSync(join(odd, 'container-'))
    const how = overlay([join(odd, 'root')], own)
    const { stdout, failure } = await sh('echo x > /new; cat /new', how)
    expect(failure).toBeUndefined()
    expect(stdout).toBe('x\n')
  })

  test('that are missing are named', async () => {
    const { failure } = await sh('true', {
      ...overlay(),
      lowers: [join(base, 'nothing')],
    })
    expect(failure?.message).toMatch(/mount overlay on .*: ENOENT/)
  })
})

describe('where an overlay cannot be written', () => {
  test('is said, with the name of the filesystem', () => {
    const merged = join(base, 'merged')
    for (const name of ['lower', 'up', 'work', 'merged'])
      mkdirSync(join(base, name))
    const options = `lowerdir=${base}/lower,upperdir=${base}/up,workdir=${base}/work`
    execFileSync('mount', ['-t', 'overlay', '-o', options, 'x', merged])
    try {
      expect(() => checkUpper(merged)).toThrow(
        `write layers to ${merged}: an overlay cannot, on overlay`,
      )
      const { stderr, status } = spawnSync(
        process.execPath,
        [rocker, 'run', busyboxRoot(), 'true'],
        { env: { ...process.env, ROCKER_ROOT: merged }, encoding: 'utf8' },
      )
      expect(stderr).toContain('an overlay cannot, on overlay')
      expect(status).not.toBe(0)
    } finally {
      execFileSync('umount', [merged])
    }
  })

  test('the kernel has the last word, and there is a hint', async () => {
    const { failure } = await sh('true', overlay([busyboxRoot()], '/proc'))
    expect(failure?.message).toMatch(
      /make upper, work and merged: (ENOENT|EPERM)/,
    )
  })

  test.each(['ext4 or what there is', 'tmpfs'])('%s is taken', (name) => {
    const path = name === 'tmpfs' ? '/dev/shm' : base
    expect(() => checkUpper(path)).not.toThrow()
  })
})

describe('rocker of this chapter', () => {
  test('runs, prints what was changed, and leaves nothing', async () => {
    const before = await snapshot()
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [
        rocker,
        'run',
        busyboxRoot(),
        '--',
        'sh',
        '-c',
        'echo x > /new; exit 4',
      ],
      { encoding: 'utf8' },
    )
    expect({ stdout, stderr, status }).toEqual({
      stdout: 'A /new\n',
      stderr: '',
      status: 4,
    })
    expect(await settled(before)).toEqual(before)
  })
})

test('the detour copies everything, and says what that costs', () => {
  const copies = () =>
    readdirSync('/var/tmp').filter((name) =>
      name.startsWith('rocker-copies-'),
    )
  const before = copies()
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'detours/copy-rootfs.ts'), busyboxRoot()],
    { encoding: 'utf8' },
  )
  const [copied, layered] = [...stdout.matchAll(/(\d+) files/g)].map(
    ([, count]) => Number(count),
  )
  expect(status).toBe(0)
  expect(copied).toBeGreaterThan(1000)
  expect(layered).toBeLessThan(50)
  expect(copies()).toEqual(before)
})

/** The topmost first; each adds a folder and replaces the file /top. */
function makeLayers(count: number): string[] {
  const layers = Array.from({ length: count }, (_, i) => {
    const layer = join(folder, `layer-${i}`)
    mkdirSync(join(layer, 'layers', `${i}`), { recursive: true })
    writeFileSync(join(layer, 'layers', `${i}`, 'file'), '')
    writeFileSync(join(layer, 'top'), `${i}\n`)
    return layer
  })
  return layers.reverse()
}

function hashOf(tree: string): string {
  const listing = execFileSync(
    'sh',
    ['-c', 'find . -printf "%p %m %U %G %T@ %l\\n" | sort; cat etc/*'],
    { cwd: tree },
  )
  expect(existsSync(tree)).toBe(true)
  expect(readFileSync(join(tree, 'etc/hosts'), 'utf8')).not.toBe('')
  return createHash('sha256').update(listing).digest('hex')
}
