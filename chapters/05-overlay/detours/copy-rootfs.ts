// Detour: a root for each container without overlayfs, by copying it.
//
//   copy-rootfs.ts ./rootfs     prints what ten containers cost, either way

import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { perform } from '../../01-syscalls/perform.ts'
import { prepareOverlay } from '../overlay.ts'

const rootfs = process.argv[2] ?? 'rootfs'
const folder = mkdtempSync('/var/tmp/rocker-copies-')
const containers = Array.from({ length: 10 }, (_, i) => `${i}`)

// #region detour
function copy(name: string): void {
  cpSync(rootfs, join(folder, name), { recursive: true })
}

function overlay(name: string): void {
  const own = mkdtempSync(join(folder, `${name}-`))
  const top = statSync(rootfs)
  const calls = prepareOverlay({ lowers: [rootfs], folder: own, top })
  for (const call of calls) perform(call)
}

function measure(title: string, make: (name: string) => void): void {
  const before = readdirSync(folder, { recursive: true }).length
  const start = performance.now()
  containers.forEach(make)
  const tookMs = (performance.now() - start).toFixed(0)
  const made = readdirSync(folder, { recursive: true }).length - before
  console.log(`${title} ${made} files and folders, ${tookMs} ms`)
}

try {
  measure('copied: ', copy)
  measure('overlay:', overlay)
} finally {
  rmSync(folder, { recursive: true })
}
// #endregion detour
