// The mounts that this process sees: /proc/self/mountinfo.
//
//   36 35 98:0 /mnt1 /mnt2 rw,noatime shared:1 - ext3 /dev/root rw,errors=continue
//   id parent dev root target options  tags…     type source    super options
//
// man 5 proc_pid_mountinfo

import { readFileSync } from 'node:fs'

/** One mount. */
export interface MountEntry {
  readonly root: string // which folder of the filesystem
  readonly target: string
  readonly options: readonly string[] // rw, nosuid, …
  readonly propagation: readonly string[] // shared:1, master:2; private: none
  readonly type: string
  readonly source: string
  readonly superOptions: readonly string[]
}

// #region mount-table
/** Our mounts, in the order in which they were made; those with `word`. */
export function mountTable(word = ' '): MountEntry[] {
  return parseMountTable(readFileSync('/proc/self/mountinfo', 'utf8'), word)
}

export function parseMountTable(text: string, word = ' '): MountEntry[] {
  return text
    .split('\n')
    .filter((line) => line.includes(word))
    .map(parseLine)
}

function parseLine(line: string): MountEntry {
  const fields = line.split(' ')
  const separator = fields.indexOf('-', 6)
  const [, , , root = '', target = '', options = ''] = fields
  const [type = '', source = '', superOptions = ''] = fields.slice(
    separator + 1,
  )
  return {
    root: unescaped(root),
    target: unescaped(target),
    options: options.split(','),
    propagation: fields.slice(6, separator),
    type,
    source: unescaped(source),
    superOptions: superOptions.split(','),
  }
}
// #endregion mount-table

// "/a\040b" → "/a b"
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  )
}
