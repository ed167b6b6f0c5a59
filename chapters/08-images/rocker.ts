// rocker of chapter 8: an image comes from a registry, stays, and runs.
//
//   rocker pull debian
//   rocker images
//   rocker run debian cat /etc/os-release

import { parseArgs } from 'node:util'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { type DataRoot, dataRoot } from '../05-overlay/data-root.ts'
import { familiarName, parseReference } from '../07-registry/reference.ts'

import { imageSize } from './image.ts'
import { listImages } from './image-store.ts'
import { runImage } from './launch.ts'
import { pull } from './pull.ts'

// #region commands
async function pullImage(root: DataRoot, name: string): Promise<void> {
  const { image, digest, isNew } = await pull(root, parseReference(name), {
    report: (line) => console.error(line),
    onProgress({ layer, phase }) {
      if (phase === 'present' || phase === 'done')
        console.log(`${layer.slice(7, 19)}  ${phase}`)
    },
  })
  console.log(`${digest}\n${isNew ? 'new' : 'up to date'}: ${image.id}`)
}

function images(root: DataRoot): void {
  for (const { id, names, image } of listImages(root))
    console.log(
      id.slice(7, 19),
      image ? `${(imageSize(root, image) / 1e6).toFixed(1)} MB` : 'damaged',
      names.map(familiarName).join(' '),
    )
}
// #endregion commands

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    root: { type: 'string' },
  },
})
const [command, name, ...words] = positionals
try {
  const root = dataRoot(values.root)
  if (command === 'images') images(root)
  else if (command === 'pull' && name) await pullImage(root, name)
  else if (command === 'run' && name)
    process.exitCode = await runImage(root, name, words)
  else throw new RockerError('bad-input', 'usage: pull | images | run NAME')
} catch (error) {
  if (!(error instanceof RockerError)) throw error
  console.error(`rocker: ${error.message}`)
  if (error.hint) console.error(`  hint: ${error.hint}`)
  process.exitCode = error.exitCode
}
