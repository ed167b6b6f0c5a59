// What another runtime's filter says to the probes of ours: for people, by hand.
//
//   node test/system/filter-peers.ts docker run --rm -v CALLS:/calls IMAGE /calls
//
// The words start calls.c in a container; without them it is compiled, and said
// where it lies. What is printed is where the answers differ from ours.

import { execFileSync } from 'node:child_process'

import { architecture } from '../../chapters/01-syscalls/perform.ts'
import { callNumbers } from '../../chapters/13-security/syscall-table.ts'
import { answersIn, probes, word } from '../support/filter-probes.ts'
import { program } from '../support/programs.ts'

const [peer, ...words] = process.argv.slice(2)
const arch =
  architecture() === 'x64' ? 'SCMP_ARCH_X86_64' : 'SCMP_ARCH_AARCH64'
const here = probes.flatMap(([name, args, ours]) => {
  const number = callNumbers(arch).get(name)
  return number === undefined ? [] : [{ name, args, ours, number }]
})

if (!peer) console.log(program('calls'))
else {
  const asked = here.map(({ number, args }) =>
    word({ way: 'n', arch, number, args }),
  )
  const printed = execFileSync(peer, [...words, ...asked], {
    encoding: 'utf8',
  })
  const answers = answersIn(printed)
  let same = 0
  for (const [i, { name, args, ours }] of here.entries()) {
    const answer = answers[i] ?? 0
    const isLet = answer !== -1 && answer !== -38
    if (ours === 'ALLOW' ? isLet : !isLet || answer === -ours) same++
    else console.log(`${name}(${args.join(', ')}): ${answer}, ours ${ours}`)
  }
  console.log(`${same} of ${here.length} are let through or refused alike`)
}
