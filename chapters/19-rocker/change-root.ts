// Where a command begins that changes something.

import {
  type DataRoot,
  dataRoot,
  makeDataRoot,
} from '../05-overlay/data-root.ts'
import { sweep } from '../05-overlay/leftovers.ts'

import { output } from './output.ts'
import { removers } from './removers.ts'

/** The data root: made where it is missing, and without what a crash left. */
export async function rootToChange(path?: string): Promise<DataRoot> {
  const root = dataRoot(path)
  makeDataRoot(root)
  for (const { message } of await sweep(root, removers(root)))
    output.say([`rocker: warning: ${message}`])
  return root
}
