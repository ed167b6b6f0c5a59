// Node's own modules in dist, loaded when a function of theirs is called.
//
// An import statement costs more: it reads all that a module has, and so
// `node:fs` brings promises, streams and readline along: 3 ms of each start.
//
//   import { spawn } from 'node:child_process'   becomes
//   const spawn = (...args) => process.getBuiltinModule(…).spawn(...args)

import { isBuiltin } from 'node:module'

import type { Plugin } from 'esbuild'

/** The plugin; esbuild drops the exports that nobody imports. */
export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^[a-z_:/]+$/ }, ({ path, kind }) => {
      if (!isBuiltin(path)) return undefined
      const namespace = kind === 'require-call' ? 'required' : 'imported'
      return { path: path.replace('node:', ''), namespace }
    })
    esbuild.onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = ${load(path)}`,
    }))
    esbuild.onLoad({ filter: /./, namespace: 'imported' }, ({ path }) => ({
      contents: lazyModule(path),
    }))
  },
}

const load = (path: string) => `process.getBuiltinModule('node:${path}')`

function lazyModule(path: string): string {
  const builtin = process.getBuiltinModule(path) ?? {}
  const isLoaded = loadedByNode.has(path)
  const all = Object.entries(Object.getOwnPropertyDescriptors(builtin))
  const named = all.map(([name, described]) => {
    const real = `${load(path)}.${name}`
    const value = isLoaded
      ? atOnce(real)
      : name === 'constants'
        ? tables(described.value) // dist is this machine's alone
        : lazily(real, described)
    return `export const ${name} = ${value}`
  })
  const whole = isLoaded ? atOnce(load(path)) : later(load(path))
  return [...named, `export default ${whole}`].join('\n')
}

// what every Node has loaded before it comes to us: nothing to put off. Not
// util, which loads its parseArgs with it
const loadedByNode = new Set(['buffer', 'events', 'fs', 'path', 'url'])

/** What stands for a thing of Node's; only a plain value is read at once. */
function lazily(real: string, { get, value }: PropertyDescriptor): string {
  // what stands behind a getter was put off by Node itself: net.BlockList
  if (get) return later(real)
  if (typeof value !== 'function') return atOnce(real)
  // who asks for it here loads koffi: from dist, where this file is too
  if (value.name === 'createRequire') return '() => require'
  return isClass(value) ? later(real) : `(...args) => ${real}(...args)`
}

/** Tables by their names, made when one of them is read. */
function tables(all: object): string {
  const made = `made ??= ${JSON.stringify(all)}`
  return `((made) => new Proxy({}, { get: (_, key) => (${made})[key] }))()`
}

const atOnce = (real: string) => `/* @__PURE__ */ (() => ${real})()`

const later = (real: string) =>
  `/* @__PURE__ */ new Proxy(function () {}, {
    apply: (_, that, args) => ${real}.apply(that, args),
    construct: (_, args) => Reflect.construct(${real}, args),
    get: (_, key) => ${real}[key],
  })`

function isClass(value: object): boolean {
  const { prototype = {} } = value as { prototype?: object }
  const methods = Object.getOwnPropertyNames(prototype)
  return methods.length > 1 || `${value}`.startsWith('class')
}
