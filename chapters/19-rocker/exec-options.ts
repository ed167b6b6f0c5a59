// The flags of `exec`: docker's.

import type { Option } from './command.ts'

export const execOptions: readonly Option[] = [
  {
    name: 'detach',
    short: 'd',
    type: 'boolean',
    help: 'Leave it alone as soon as it runs',
  },
  {
    name: 'detach-keys',
    type: 'string',
    value: 'KEYS',
    help: 'The keys that detach (default ctrl-p,ctrl-q)',
  },
  {
    name: 'env',
    short: 'e',
    type: 'list',
    value: 'NAME[=VALUE]',
    help: 'Set an environment variable, or hand on the own one',
  },
  {
    name: 'env-file',
    type: 'list',
    value: 'FILE',
    help: 'Read variables from a file',
  },
  {
    name: 'interactive',
    short: 'i',
    type: 'boolean',
    help: 'Hand on what is typed; without it, there is no input',
  },
  {
    name: 'privileged',
    type: 'boolean',
    help: 'Give it every capability that rocker has',
  },
  {
    name: 'tty',
    short: 't',
    type: 'boolean',
    help: 'Give it a terminal of its own',
  },
  {
    name: 'user',
    short: 'u',
    type: 'string',
    value: 'USER[:GROUP]',
    help: 'Be this user, by name or number',
  },
  {
    name: 'workdir',
    short: 'w',
    type: 'string',
    value: 'DIR',
    help: 'Work in this folder, which has to be there',
  },
]
