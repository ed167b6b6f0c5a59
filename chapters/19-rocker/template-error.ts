// What is wrong with a template, and how one looks that is right.

import { RockerError } from '../01-syscalls/rocker-error.ts'

/** It is no template. */
export function cannotRead(what: string): RockerError {
  return new RockerError('bad-input', `read the template: ${what}`, {
    hint: 'templates look like {{.ID}}, {{json .}} or {{range .RepoTags}}{{println .}}{{end}}',
  })
}

/** It is one, and asks for what is not there. */
export function cannotFillIn(
  what: string,
  hint = '{{json .}} shows all that is there',
): RockerError {
  return new RockerError('bad-input', `fill in the template: ${what}`, {
    hint,
  })
}
