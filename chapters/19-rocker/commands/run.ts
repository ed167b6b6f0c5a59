// rocker run: a container is made, and started at once.
//
//   --rm   it lives in what is unfinished: gone with its end, however that comes
//   -d     its id is printed, and nobody waits

import { writeSync } from 'node:fs'

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { beginRun } from '../../09-containers/begin-run.ts'
import { launch } from '../../09-containers/launch.ts'
import { inBackground, proxyingOf } from '../attachment.ts'
import type { Command, Context, Parsed } from '../command.ts'
import { createContainer } from '../create-container.ts'
import { parts } from '../parts.ts'
import { readRequest } from '../request.ts'
import { atItsEnd } from '../rocker-program.ts'
import { runOptions } from '../run-options.ts'
import { sayWhy } from '../say-why.ts'
import { preparedFor } from '../start-container.ts'

export const command: Command = {
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  options: runOptions,
  words: { least: 0 },
  stopsAtWord: true,
  examples: [
    'rocker run --rm debian cat /etc/os-release',
    'rocker run --rm -m 64m --pids-limit 20 busybox sh -c "free -m"',
    'rocker run -d --name web busybox httpd -f',
    'rocker run --rm --rootfs ./rootfs sh -c hostname',
  ],
  run,
}

// #region run
async function run(parsed: Parsed, context: Context): Promise<never> {
  const request = readRequest(parsed)
  checkTogether(parsed)
  const fleeting = parsed.flags.has('rm')
  const detached = parsed.flags.has('detach')
  const { container, pending } = await createContainer(request, context, {
    fleeting,
  })
  const { folder, spec } = container
  const run = fleeting ? pending : beginRun(container)
  const prepared = await preparedFor(container, run)
  if (detached) writeSync(1, `${container.id}\n`)
  return launch({
    container,
    parts,
    run,
    prepared,
    attachment: detached
      ? inBackground
      : proxyingOf(parsed, spec.process.terminal),
    failed: fleeting ? sayWhy() : sayWhy(folder),
    ended: container.record.direct ? undefined : atItsEnd(container),
  })
}
// #endregion run

/** docker's refusals of what contradicts itself. */
function checkTogether({ flags, values }: Parsed): void {
  const restart = values.get('restart')?.at(-1) || 'no'
  if (flags.has('rm') && restart !== 'no')
    throw new RockerError('bad-input', 'run with --rm and --restart', {
      hint: 'what is removed at its end cannot be restarted: take one of them',
    })
}
