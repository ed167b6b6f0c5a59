// rocker network inspect: all that is known of networks, as JSON.

import { dataRoot } from '../../05-overlay/data-root.ts'
import {
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { readTemplate } from '../format.ts'
import { findListed } from '../network-list.ts'
import { networkDocument } from '../network-rows.ts'
import { output } from '../output.ts'
import { printError } from '../print-error.ts'
import { fillIn } from '../template-evaluate.ts'
import { safeJson } from '../template-values.ts'

export const command: Command = {
  usage: '[OPTIONS] NETWORK [NETWORK...]',
  options: [
    {
      name: 'format',
      short: 'f',
      type: 'string',
      value: 'FORMAT',
      help: 'json, or a Go template: {{.Driver}}',
    },
  ],
  words: { least: 1 },
  examples: [
    "rocker network inspect -f '{{(index .IPAM.Config 0).Subnet}}' front",
  ],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const format = lastValue(parsed, 'format')
  const template = format === undefined ? undefined : readTemplate(format)
  const root = dataRoot(context.root)
  const found: unknown[] = []
  const failed: unknown[] = []
  for (const name of parsed.rest)
    try {
      found.push(networkDocument(await findListed(root, name)))
    } catch (error) {
      failed.push(error)
    }
  if (!template) output.print([safeJson(found, 4)])
  else for (const one of found) output.print([fillIn(template, one)])
  for (const error of failed) printError(error)
  return failed.length > 0 ? 1 : 0
}
