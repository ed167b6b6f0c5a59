import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { expect, test } from 'vitest'

const script = `
  import { perform } from '${join(import.meta.dirname, 'perform.ts')}'
  import { flags, lengthOf, struct } from '${join(import.meta.dirname, 'syscall.ts')}'
  const how = struct({
    flags: [8, flags('O_PATH')],
    mode: [8, 0],
    resolve: [8, flags('RESOLVE_IN_ROOT')],
  })
  const args = [flags('AT_FDCWD'), 'usr/..', how, lengthOf(2)]
  console.log(perform({ name: 'openat2', args }).value > 2)`

/** The kernel as it is when somebody else mounts something: `..` may be elsewhere. */
function busy(times: string) {
  const inject = `inject=openat2:error=EAGAIN:when=${times}`
  return spawnSync(
    'strace',
    [
      ...['-fqq', '-o', '/dev/null', '-e', inject],
      ...[process.execPath, '--input-type=module', '-e', script],
    ],
    { encoding: 'utf8', cwd: '/' },
  )
}

test('openat2 is asked again where the kernel says so', () => {
  expect(busy('1..3').stdout).toBe('true\n')
})

test('it is not asked for ever', () => {
  const { status, stderr } = busy('1+')
  expect(status).toBe(1)
  expect(stderr).toContain('EAGAIN (resource temporarily unavailable)')
})
