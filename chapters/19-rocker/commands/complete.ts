// rocker __complete WORD…: what could be typed in the place of the last word. For
// the shells; a word a line, and behind a tab what it is.

import type { Command } from '../command.ts'
import { complete } from '../completion.ts'
import { output } from '../output.ts'

export const command: Command = {
  usage: 'WORD...',
  options: [],
  words: { least: 0 },
  stopsAtWord: true,
  run: async ({ rest }, context) => {
    const words = rest.length > 0 ? rest : ['']
    const found = await complete(words, context.root)
    output.print(found.map(({ word, help }) => `${word}\t${help}`))
    return 0
  },
}
