// The words of --security-opt: docker's.
//
//   no-new-privileges            and :true, =false
//   seccomp=unconfined           or the path of a profile
//   systempaths=unconfined       nothing of /proc and /sys is masked
//   apparmor=unconfined, label=disable
//                                as ever: rocker has no profiles of an LSM

import { RockerError } from '../01-syscalls/rocker-error.ts'

/** What was said. */
export interface SecurityOptions {
  readonly noNewPrivileges: boolean
  /** The path of a profile, `unconfined`, or rocker's own. */
  readonly seccomp?: string
  readonly unmasked: boolean
}

export function readSecurityOptions(
  texts: readonly string[],
): SecurityOptions {
  const found = texts.map((text) => {
    const [, key = '', value] = /^([^=:]*)(?:[=:](.*))?$/s.exec(text) ?? []
    const read = Object.hasOwn(readers, key) ? readers[key] : undefined
    const option = read?.(value ?? '')
    if (option) return option
    throw refused(text, key)
  })
  const usual = { noNewPrivileges: false, unmasked: false }
  return Object.assign(usual, ...found)
}

type Reader = (value: string) => Partial<SecurityOptions> | undefined

const readers: Readonly<Record<string, Reader>> = {
  'no-new-privileges': (value) =>
    ['', 'true', 'false'].includes(value)
      ? { noNewPrivileges: value !== 'false' }
      : undefined,
  seccomp: (value) => (value === '' ? undefined : { seccomp: value }),
  systempaths: (value) =>
    value === 'unconfined' ? { unmasked: true } : undefined,
  apparmor: (value) => (value === 'unconfined' ? {} : undefined),
  label: (value) => (value === 'disable' ? {} : undefined),
}

function refused(text: string, key: string): RockerError {
  const profile = key === 'apparmor' || key === 'label'
  return new RockerError(
    profile ? 'unsupported' : 'bad-input',
    `confine it by ${JSON.stringify(text)}`,
    {
      hint: profile
        ? 'rocker confines by no profile of AppArmor or SELinux; apparmor=unconfined and label=disable are taken'
        : 'no-new-privileges, seccomp=unconfined, seccomp=FILE or systempaths=unconfined',
    },
  )
}
