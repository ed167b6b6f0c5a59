// rocker tag: one more name for an image.

import { tagImage } from '../../08-images/image-store.ts'
import { rootToChange } from '../change-root.ts'
import type { Command } from '../command.ts'
import { noteTagged } from '../image-events.ts'

export const command: Command = {
  usage: 'SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]',
  options: [],
  words: { least: 2, most: 2 },
  examples: ['rocker tag 127.0.0.1:5000/debian debian'],
  async run({ rest: [source = '', target = ''] }, { root }) {
    const changed = await rootToChange(root)
    await tagImage(changed, source, target)
    noteTagged(changed, target)
    return 0
  },
}
