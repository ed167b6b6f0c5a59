// rocker install: this one file, its manual and its completions go where a shell
// and man look for them.
//
//   bin/rocker                    share/man/man1/rocker.1
//   share/bash-completion/…       share/zsh/site-functions/_rocker
//   share/fish/…                  share/doc/rocker/licences.txt

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { type Command, lastValue, type Parsed } from '../command.ts'
import { output } from '../output.ts'
import { siblingFile } from '../program-files.ts'

const usual = '/usr/local'

export const command: Command = {
  usage: '[OPTIONS]',
  options: [
    {
      name: 'prefix',
      type: 'string',
      value: 'DIR',
      help: `Install below this folder (default ${usual})`,
    },
    {
      name: 'remove',
      type: 'boolean',
      help: 'Take away what was installed; containers and images stay',
    },
  ],
  words: { least: 0, most: 0 },
  examples: ['sudo ./rocker install', 'rocker install --prefix ~/.local'],
  run,
}

/** From beside the program to below the prefix. */
const places: Readonly<Record<string, string>> = {
  rocker: 'bin/rocker',
  'rocker.1': 'share/man/man1/rocker.1',
  'completion.bash': 'share/bash-completion/completions/rocker',
  'completion.zsh': 'share/zsh/site-functions/_rocker',
  'completion.fish': 'share/fish/vendor_completions.d/rocker.fish',
  'licences.txt': 'share/doc/rocker/licences.txt',
}

async function run(parsed: Parsed): Promise<number> {
  const prefix = resolve(lastValue(parsed, 'prefix') ?? usual)
  for (const [name, place] of Object.entries(places)) {
    const path = join(prefix, place)
    if (parsed.flags.has('remove')) rmSync(path, { force: true })
    else put(sourceOf(name), path)
    output.print([path])
  }
  return 0
}

/** Beside its place first: a rocker that is just being started is whole. */
function put(source: string, path: string): void {
  const fresh = `${path}.new`
  try {
    mkdirSync(dirname(path), { recursive: true })
    copyFileSync(source, fresh)
    chmodSync(fresh, path.includes('/bin/') ? 0o755 : 0o644)
    renameSync(fresh, path)
  } catch (cause) {
    throw new RockerError('denied', `write ${path}`, {
      cause,
      hint: 'sudo rocker install, or --prefix with a folder of your own',
    })
  }
}

/** The one file is what was started; the rest lies beside its program. */
function sourceOf(name: string): string {
  const path = name === 'rocker' ? process.argv0 : siblingFile(name)
  if (existsSync(siblingFile('id')) && existsSync(path)) return path
  throw new RockerError('not-found', `install ${name}: it is not built`, {
    hint: 'npm run build makes dist/rocker: install is its command',
  })
}
