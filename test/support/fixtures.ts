// Things that are made once for a whole run of the tests.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The path of a fixture; `make` fills it where nobody has done so before. */
export function fixture(
  name: string,
  make: (path: string) => void,
): string {
  const folder =
    process.env.ROCKER_TEST ?? join(tmpdir(), '.rocker-fixtures')
  const path = join(folder, name)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const making = mkdtempSync(join(folder, '.making-'))
  try {
    make(join(making, name))
    renameSync(join(making, name), path)
  } catch (error) {
    if (!existsSync(path)) throw error // else another was faster
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
  return path
}
