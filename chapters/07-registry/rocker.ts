// rocker of chapter 7: the name of an image goes in, its files come out.
//
//   rocker pull debian --dir ./debian    manifest, config and layers as they are
//   rocker pull --platform linux/arm64 …
//
// Nothing is unpacked yet: that is chapter 8.

import {
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import type { Claim } from './digest.ts'
import { hostPlatform, parsePlatform } from './platform.ts'
import { parseReference } from './reference.ts'
import { Repository } from './registry.ts'

// #region pull
async function pull(name: string, dir: string, platform = hostPlatform()) {
  const repository = new Repository(parseReference(name), {
    report: (line) => console.error(line),
  })
  try {
    const { manifest, index, ...top } = await repository.resolve(platform)
    mkdirSync(dir, { recursive: true })
    const save = async (
      what: string,
      claim: Claim,
      content: AsyncIterable<Buffer> | Iterable<Buffer>,
    ) => {
      const path = join(dir, claim.digest.replace(':', '-'))
      const fd = openSync(`${path}.part`, 'w')
      for await (const chunk of content) writeSync(fd, chunk)
      closeSync(fd)
      renameSync(`${path}.part`, path) // the loop ended well: it is true
      console.log(`${what}  ${claim.digest}  ${claim.size}`)
    }
    for (const [what, { digest, bytes }] of [
      ...(index ? [['index   ', index] as const] : []),
      ['manifest', top] as const,
    ])
      await save(what, { digest, size: bytes.length }, [bytes])
    await save(
      'config  ',
      manifest.config,
      repository.blob(manifest.config),
    )
    for (const layer of manifest.layers)
      await save('layer   ', layer, repository.blob(layer))
  } finally {
    repository.close()
  }
}
// #endregion pull

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { dir: { type: 'string' }, platform: { type: 'string' } },
})
const [command, name] = positionals
try {
  if (command !== 'pull' || !name)
    throw new RockerError(
      'bad-input',
      'usage: rocker pull NAME [--dir DIR]',
    )
  await pull(
    name,
    values.dir ?? '.',
    values.platform ? parsePlatform(values.platform) : undefined,
  )
} catch (error) {
  if (!(error instanceof RockerError)) throw error
  console.error(`rocker: ${error.message}`)
  if (error.hint) console.error(`  hint: ${error.hint}`)
  process.exitCode = error.exitCode
}
