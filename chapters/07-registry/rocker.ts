// rocker of chapter 7: the name of an image goes in, its files come out.
//
//   rocker pull debian --dir ./debian   manifest, config and layers
//
// Nothing is unpacked yet: that is chapter 8.

import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { hostPlatform, parsePlatform } from './platform.ts'
import { parseReference } from './reference.ts'
import { Repository } from './registry.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { dir: { type: 'string' }, platform: { type: 'string' } },
})
const { dir = '.', platform } = values

async function pull(repository: Repository) {
  const wanted = platform ? parsePlatform(platform) : hostPlatform()
  const { manifest, index, ...own } = await repository.resolve(wanted)
  mkdirSync(dir, { recursive: true })
  if (index) await save('index   ', index.digest, [index.bytes])
  await save('manifest', own.digest, [own.bytes])
  for (const blob of [manifest.config, ...manifest.layers])
    await repository.blob(blob, save.bind(null, 'blob    ', blob.digest))
}

async function save(
  what: string,
  digest: string,
  content: Iterable<Buffer> | AsyncIterable<Buffer>,
) {
  const fd = openSync(join(dir, digest.replace(':', '-')), 'w')
  let bytes = 0
  for await (const chunk of content) bytes += writeSync(fd, chunk)
  closeSync(fd)
  console.log(what, digest, bytes) // the loop ended well: it is true
}

try {
  const [command, name] = positionals
  if (command !== 'pull' || !name)
    throw new RockerError(
      'bad-input',
      'usage: rocker pull NAME [--dir DIR]',
    )
  const repository = new Repository(parseReference(name))
  await pull(repository).finally(() => repository.close())
} catch (error) {
  if (!(error instanceof RockerError)) throw error
  console.error(`rocker: ${error.message}`)
  if (error.hint) console.error(`  hint: ${error.hint}`)
  process.exitCode = error.exitCode
}
