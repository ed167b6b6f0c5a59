// rocker run: a container is made, and started at once.
//
//   --rm   it lives in what is unfinished: gone with its end, however that comes
//   -d     its id is printed, and nobody waits

import { writeSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { begin } from '../05-overlay/leftovers.ts'
import { launch } from '../09-containers/launch.ts'

import { attachmentOf, inBackground } from './attachment.ts'
import type { Context, Parsed } from './command.ts'
import { readRequest } from './container.ts'
import { createContainer } from './create-container.ts'
import { atItsEnd } from './rocker-program.ts'
import { sayWhy } from './say-why.ts'

// #region run
export async function run(
  parsed: Parsed,
  context: Context,
): Promise<never> {
  const request = readRequest(parsed)
  const fleeting = parsed.flags.has('rm')
  const detached = parsed.flags.has('detach')
  checkTogether(parsed)
  const { container, pending } = await createContainer(request, context, {
    fleeting,
  })
  const { root, id, folder } = container
  const attachment = detached
    ? inBackground
    : attachmentOf(parsed, container.spec.process.terminal)
  if (detached) writeSync(1, `${id}\n`)
  return launch({
    container,
    run: fleeting ? pending : begin(root, 'running', id),
    attachment,
    failed: fleeting ? sayWhy() : sayWhy(folder),
    ended: fleeting ? undefined : atItsEnd(container),
  })
}
// #endregion run

/** docker's refusals of what contradicts itself. */
function checkTogether({ flags, values }: Parsed): void {
  const restart = values.get('restart')?.at(-1) ?? 'no'
  if (flags.has('rm') && restart !== 'no' && restart !== '')
    throw new RockerError('bad-input', 'run with --rm and --restart', {
      hint: 'what is removed at its end cannot be restarted: take one of them',
    })
}
