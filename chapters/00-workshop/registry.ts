// A registry on this machine, with one image in it, for chapters 7 and 8: the
// course needs no internet, and nobody's registry.
//
//   registry.ts FILE     writes "HOST PID" into the file when it is ready
//
// It ends with a signal, and nothing of it is left.

import { writeFileSync } from 'node:fs'

import { startRealRegistry } from '../../test/support/real-registry.ts'

import { pushBusybox } from './busybox-image.ts'

const [file = ''] = process.argv.slice(2)
const registry = await startRealRegistry()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => registry.stop())
await pushBusybox(`http://${registry.host}`)
writeFileSync(file, `${registry.host} ${process.pid}\n`)
