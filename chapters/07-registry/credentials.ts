// The user's name and password for a registry, as `docker login` left them.
//
//   { "auths": { "registry.lan:5000": { "auth": "dXNlcjpwYXNzd29yZA==" } },
//     "credsStore": "pass",
//     "credHelpers": { "gcr.io": "gcloud" } }
//
// A helper is the program docker-credential-NAME: it reads the registry's
// name on stdin, and answers in JSON.
//
// https://docs.docker.com/reference/cli/docker/login/#credential-stores

import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import {
  type JsonObject,
  object,
  ofUser,
  optionalText,
  parseObject,
} from './json.ts'
import type { Environment } from './proxy.ts'
import { quoted } from './quoted.ts'

/** A name with its password, or a token that stands for both. */
export type Credentials = Password | IdentityToken

/** What `docker login` was given. */
export interface Password {
  readonly user: string
  readonly password: string
}

/** What a registry gave in exchange for a password. */
export interface IdentityToken {
  readonly identityToken: string
}

interface Surroundings {
  readonly env: Environment
  readonly signal: AbortSignal | undefined
}

const dockerHub = 'https://index.docker.io/v1/'
const helperMs = 60_000
const mostBytes = 1024 * 1024

/** The user's login for a registry (`docker.io`, `host:5000`), if any. */
export async function credentialsFor(
  registry: string,
  env: Environment,
  signal?: AbortSignal,
): Promise<Credentials | undefined> {
  const path = join(
    env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker'),
    'config.json',
  )
  const server = registry === 'docker.io' ? dockerHub : registry
  const found = ofUser('docker login writes it anew', () =>
    findLogin(readConfig(path), { registry, server, path }),
  )
  return typeof found === 'string'
    ? askHelper(found, server, { env, signal })
    : found
}

/** What docker's file has: a login, or the name of who knows it. */
function findLogin(
  config: JsonObject,
  of: { registry: string; server: string; path: string },
): Credentials | string | undefined {
  const { registry, server, path } = of
  const helpers = fieldsOf(config.credHelpers, path)
  const helper =
    optionalText(helpers[server] ?? helpers[registry], path) ??
    optionalText(config.credsStore, path)
  if (helper && !/^[\w.-]+$/.test(helper))
    throw new RockerError('damaged', `read ${path}: ${quoted(helper)}`)
  return helper || fromAuths(fieldsOf(config.auths, path), server, path)
}

function readConfig(path: string): JsonObject {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return {}
    throw new RockerError('damaged', `read the logins in ${path}`, {
      cause,
    })
  }
  return parseObject(bytes, `the logins in ${path}`)
}

// the key may be "host", "host:5000", or "https://host/v1/" of older times
function fromAuths(
  auths: JsonObject,
  server: string,
  path: string,
): Credentials | undefined {
  const key = Object.hasOwn(auths, server)
    ? server
    : Object.keys(auths).find((key) => hostOf(key) === server)
  if (key === undefined) return undefined
  const what = `the login for ${server} in ${path}`
  const entry = object(auths[key], what)
  const identityToken = optionalText(entry.identitytoken, what)
  if (identityToken) return { identityToken }
  const auth = optionalText(entry.auth, what)
  if (!auth) return undefined
  const [, user, password] =
    /^([^:]+):(.*)$/s.exec(Buffer.from(auth, 'base64').toString()) ?? []
  if (user === undefined || password === undefined)
    throw new RockerError('damaged', `read ${what}`)
  return { user, password: password.replace(/\0+$/, '') }
}

async function askHelper(
  name: string,
  server: string,
  more: Surroundings,
): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`
  const { code, stdout } = await runHelper(program, server, more)
  if (code !== 0) {
    if (/not found/.test(stdout)) return undefined
    throw new RockerError('unavailable', `ask ${program} for ${server}`, {
      hint: stdout.trim().slice(0, 200) || `it exits with ${code}`,
    })
  }
  const hint = `${program} get has to answer in JSON`
  return ofUser(hint, () => readAnswer(stdout, `the answer of ${program}`))
}

function readAnswer(text: string, what: string): Credentials | undefined {
  const answer = parseObject(Buffer.from(text), what)
  const user = optionalText(answer.Username, what) ?? ''
  const secret = optionalText(answer.Secret, what) ?? ''
  if (secret === '') return undefined
  return user === '<token>'
    ? { identityToken: secret }
    : { user, password: secret }
}

async function runHelper(
  program: string,
  server: string,
  { env, signal }: Surroundings,
): Promise<{ code: number; stdout: string }> {
  const { execFile } = await import('node:child_process')
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      ['get'],
      {
        timeout: helperMs,
        maxBuffer: mostBytes,
        env,
        ...(signal && { signal }),
      },
      (error, stdout) => {
        if (!error) resolve({ code: 0, stdout })
        else if (typeof error.code === 'number')
          resolve({ code: error.code, stdout })
        else
          reject(
            new RockerError('unavailable', `run ${program}`, {
              cause: error,
              hint: 'docker’s config.json names it; is it in the PATH?',
            }),
          )
      },
    )
    child.stdin?.on('error', () => {}) // it need not read
    child.stdin?.end(server)
  })
}

function fieldsOf(value: unknown, what: string): JsonObject {
  return value === undefined ? {} : object(value, what)
}

// "https://host:5000/v1/" → "host:5000"
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
}
