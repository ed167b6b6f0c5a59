// What is wrong with a template, and how one looks that is right.

import { RockerError } from '../01-syscalls/rocker-error.ts'

const mostShown = 100

/** It is no template. */
export function cannotRead(what: string): RockerError {
  return new RockerError('bad-input', `read the template: ${cut(what)}`, {
    hint: 'templates look like {{.ID}}, {{json .}} or {{range .RepoTags}}{{println .}}{{end}}',
  })
}

/** It is one, and asks for what is not there. */
export function cannotFillIn(
  what: string,
  hint = '{{json .}} shows all that is there',
): RockerError {
  return new RockerError(
    'bad-input',
    `fill in the template: ${cut(what)}`,
    { hint },
  )
}

function cut(text: string): string {
  return text.length > mostShown ? `${text.slice(0, mostShown)}…` : text
}
