// rocker completion SHELL: a script that completes what is typed.

import { readFileSync } from 'node:fs'

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import type { Command } from '../command.ts'
import { output } from '../output.ts'
import { shells, siblingFile } from '../program-files.ts'

export const command: Command = {
  usage: 'bash|zsh|fish',
  options: [],
  words: { least: 1, most: 1 },
  examples: [
    'source <(rocker completion bash)',
    'rocker completion fish > ~/.config/fish/completions/rocker.fish',
  ],
  run: async ({ rest: [shell = ''] }) => {
    if (!shells.includes(shell))
      throw new RockerError(
        'bad-input',
        `complete for the shell ${shell}`,
        {
          hint: `rocker completion ${shells.join('|')}`,
        },
      )
    const script = readFileSync(siblingFile(`completion.${shell}`), 'utf8')
    output.print([script.trimEnd()])
    return 0
  },
}
