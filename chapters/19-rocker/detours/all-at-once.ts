// Detour: a table of commands that has them all loaded.
//
// Whoever writes `import` on top of the table pays for every command, whichever
// was typed: each of its modules is looked for, read and executed before the
// first word is looked at.
//
// https://nodejs.org/api/module.html#moduleregisterhooksoptions

import { registerHooks } from 'node:module'

const loaded = new Set<string>()
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) loaded.add(url)
    return next(url, context)
  },
})

const start = performance.now()

// #region detour
const { commandLine } = await import('../command-line.ts')
await commandLine(['version'])
tell('for this command')

const { commands } = await import('../commands.ts')
await Promise.all(commands.map(({ load }) => load()))
tell('for all of them')
// #endregion detour

function tell(what: string): void {
  const milliseconds = (performance.now() - start).toFixed(0)
  console.log(`${what}: ${loaded.size} modules, ${milliseconds} ms`)
}
