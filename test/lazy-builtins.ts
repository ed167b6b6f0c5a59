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
  const described = Object.entries(
    Object.getOwnPropertyDescriptors(builtin),
  )
  const named = described.map(
    ([name, { value }]) =>
      `export const ${name} = ${lazily(path, name, value)}`,
  )
  const whole = `export default /* @__PURE__ */ (() => ${load(path)})()`
  return [...named, whole].join('\n')
}

// what every Node has loaded before it comes to us: nothing to put off
const loadedByNode = new Set([
  'buffer',
  'events',
  'fs',
  'path',
  'url',
  'util',
])

/** What stands for `name`; only a plain value is read at once. */
function lazily(path: string, name: string, value: unknown): string {
  const real = `${load(path)}.${name}`
  if (typeof value !== 'function' || loadedByNode.has(path))
    return `/* @__PURE__ */ (() => ${real})()`
  if (!isClass(value)) return `(...args) => ${real}(...args)`
  return `/* @__PURE__ */ new Proxy(function () {}, {
    construct: (_, args) => Reflect.construct(${real}, args),
    get: (_, key) => ${real}[key],
  })`
}

function isClass(value: object): boolean {
  const { prototype = {} } = value as { prototype?: object }
  const methods = Object.getOwnPropertyNames(prototype)
  return methods.length > 1 || `${value}`.startsWith('class')
}
