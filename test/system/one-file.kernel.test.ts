// dist/rocker is one file: on a machine that has nothing else of rocker it runs,
// and installs itself.

import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterAll, beforeEach, describe, expect, test } from 'vitest'

const top = join(import.meta.dirname, '../..')
const program = join(top, 'dist/rocker')

// a machine with what every Debian has: the C libraries, and a shell
const machine = mkdtempSync(join(tmpdir(), 'bare-'))
chmodSync(machine, 0o755)
const file = join(machine, 'rocker')
const cache = join(machine, 'var/cache/rocker')
afterAll(() => rmSync(machine, { recursive: true }))

const linked = execFileSync('ldd', [join(top, 'dist/node')], {
  encoding: 'utf8',
})
for (const [path] of linked.matchAll(/\/lib\S*/g)) {
  mkdirSync(join(machine, dirname(path)), { recursive: true })
  copyFileSync(path, join(machine, path))
}
mkdirSync(join(machine, 'bin'))
copyFileSync('/bin/busybox', join(machine, 'bin/busybox'))
for (const folder of ['dev', 'proc', 'tmp', 'root'])
  mkdirSync(join(machine, folder))

execFileSync('mknod', [join(machine, 'dev/null'), 'c', '1', '3'])

beforeEach(() => {
  rmSync(join(machine, 'var'), { recursive: true, force: true })
  copyFileSync(program, file)
})

/** On the machine, by the shell, as root or as nobody. */
function there(script: string, user = 0) {
  const enter = `mount -t proc proc ${machine}/proc && mount -t tmpfs -o mode=1777 tmp ${machine}/tmp && exec chroot --userspec=${user}:${user} ${machine} "$@"`
  const args = ['--mount', 'sh', '-c', enter, 'sh']
  const shell = ['/bin/busybox', 'sh', '-c', script]
  const env = { PATH: '/bin:/usr/bin:/sbin:/usr/sbin' }
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    [...args, ...shell],
    { encoding: 'utf8', env },
  )
  return { status, stdout, stderr }
}

const nobody = 65_534

const { version } = JSON.parse(
  readFileSync(join(top, 'package.json'), 'utf8'),
)
const right = {
  status: 0,
  stdout: `rocker version ${version}\n`,
  stderr: '',
}

describe('the one file', () => {
  test('runs where there is no Node, and unpacks once', () => {
    expect(there('/rocker version')).toEqual(right)
    const [id = '', ...others] = readdirSync(cache)
    expect([id, others]).toEqual([
      expect.stringMatching(/^[0-9a-f]{16}$/),
      [],
    ])
    const { ino } = statSync(join(cache, id, 'node'))
    expect(there('/rocker version')).toEqual(right)
    expect(statSync(join(cache, id, 'node')).ino).toBe(ino)
    expect(statSync(join(cache, id)).mode & 0o777).toBe(0o755)
    expect(statSync(join(cache, id, 'cache')).mode & 0o777).toBe(0o700)
  })

  test('unpacks once when many begin at the same time', () => {
    const many = 'for i in 1 2 3 4; do /rocker version & done; wait'
    const { stdout, stderr } = there(many)
    expect(stderr).toBe('')
    expect(stdout).toBe(right.stdout.repeat(4))
    expect(readdirSync(cache)).toHaveLength(1)
  })

  test('removes what a killed one has half unpacked', () => {
    mkdirSync(join(cache, '.making'), { recursive: true })
    writeFileSync(join(cache, '.making/node'), 'half of it')
    expect(there('/rocker version')).toEqual(right)
    expect(readdirSync(cache)).toHaveLength(1)
  })

  test('does not trust a folder that others may write to', () => {
    there('/rocker version')
    const [id = ''] = readdirSync(cache)
    chmodSync(join(cache, id), 0o777)
    const { status, stderr } = there('/rocker version')
    expect(status).toBe(125)
    expect(stderr).toMatch(
      /^rocker: trust .*: others can write there\n {2}hint: /,
    )
  })

  test.each([
    ['cut off', () => truncateSync(file, 1_000_000), 'it has no end'],
    ['longer', () => appendFileSync(file, 'x'), 'it has no end'],
    ['damaged', spoil, 'this copy of rocker is damaged'],
  ])('says that it is %s, and leaves nothing', (_, harm, says) => {
    harm()
    const { status, stderr } = there('/rocker version')
    expect(status).toBe(125)
    expect(stderr).toContain(says)
    expect(stderr).toContain('\n  hint: ')
    expect(existsSync(cache) ? readdirSync(cache) : []).toEqual([])
  })

  function spoil(): void {
    const bytes = readFileSync(file)
    bytes.writeUInt8(bytes.readUInt8(5e7) ^ 1, 5e7)
    writeFileSync(file, bytes)
  }

  test('says where there is no room for it', () => {
    const small =
      'busybox mkdir -p /var/cache; busybox mount -t tmpfs -o size=20m x /var/cache'
    const { status, stderr } = there(`PATH=/bin; ${small}; /rocker version`)
    expect(status).toBe(125)
    expect(stderr).toMatch(/: No space left on device\n {2}hint: it takes/)
  })

  test('serves others than root from what root has unpacked, or from their own', () => {
    const own = 'HOME=/tmp /rocker version; /bin/busybox ls /tmp/.cache'
    expect(there(own, nobody).stdout).toBe(`${right.stdout}rocker\n`)
    there('/rocker version')
    const ofRoot = there(own, nobody)
    expect(ofRoot.stdout).toBe(right.stdout)
    expect(ofRoot.stderr).toContain('No such file')
  })

  test('installs itself with its manual and completions, and goes again', () => {
    const installed = there('/rocker install --prefix /usr').stdout
    const paths = installed.trim().split('\n')
    expect(paths).toContain('/usr/bin/rocker')
    for (const path of paths)
      expect(statSync(join(machine, path)).size).toBeGreaterThan(100)
    const copy = readFileSync(join(machine, 'usr/bin/rocker'))
    expect(copy.equals(readFileSync(program))).toBe(true)
    expect(there('/usr/bin/rocker version')).toEqual(right)
    there('/usr/bin/rocker install --remove --prefix /usr')
    for (const path of paths)
      expect(existsSync(join(machine, path))).toBe(false)
  })
})

test('the manual knows every command, and man can read it', () => {
  const page = join(top, 'dist/rocker.1')
  const help = execFileSync(program, ['--help'], { encoding: 'utf8' })
  const names = [...help.matchAll(/^ {2}([a-z]+(?: [a-z]+)?) {2,}/gm)].map(
    ([, name]) => name,
  )
  const roff = readFileSync(page, 'utf8')
  expect(names.length).toBeGreaterThan(30)
  for (const name of names) expect(roff).toContain(`.SS rocker ${name}`)
})

test('it names the licences of all that is in it', () => {
  const text = readFileSync(join(top, 'dist/licences.txt'), 'utf8')
  for (const name of ['rocker', 'Node.js', 'koffi', 'undici'])
    expect(text).toContain(`\n${name}\n=====`)
})
