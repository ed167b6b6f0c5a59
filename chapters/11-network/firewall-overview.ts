// Which tables and chains the firewall has, by netlink.
//
// A chain is used by its rules, and by those that jump to it: so its number of
// uses tells whether they are all there, and nobody has to read them.
//
// linux/netfilter/nf_tables.h

import {
  type Attribute,
  netlinkFlags,
  type Request,
  readAttributes,
  talk,
} from './netlink.ts'
import {
  decodeComment,
  type Family,
  families,
  headerBytes,
  message,
  nftables,
} from './nfnetlink.ts'

const types = {
  table: nftables << 8,
  getTable: (nftables << 8) | 1,
  getChain: (nftables << 8) | 4,
  getRule: (nftables << 8) | 7,
} as const

/** A table, and one of its chains. */
export interface ChainName {
  readonly family: Family
  readonly table: string
  readonly chain: string
}

/** What is known of a table. */
export interface Table {
  readonly comment: string
  /** The kernel's number for it: one of the same name has another. */
  readonly handle: string
}

/** Tables by family, and how many rules each chain has or is jumped to by. */
export interface Overview {
  table(family: Family): Table | undefined
  uses(chain: ChainName): number | undefined
}

/** Looks for tables of one name, and for chains: all in one call. */
export function overview(
  socket: number,
  name: string,
  chains: readonly ChainName[],
): Overview {
  const ask = (
    type: number,
    family: Family,
    list: readonly Attribute[],
  ): Request => ({
    doing: 'look at the firewall',
    type,
    body: message(families[family], list),
    isQuiet: true,
    ignore: ['ENOENT'],
  })
  const answers = talk(socket, [
    ...(['inet', 'bridge'] as const).map((family) =>
      ask(types.getTable, family, [[1, name]]),
    ),
    ...chains.map(({ family, table, chain }) =>
      ask(types.getChain, family, [
        [1, table],
        [3, chain],
      ]),
    ),
  ])
  const found = answers.map(({ type, body }) => ({
    isTable: type === types.table,
    family: body[0],
    fields: readAttributes(body.subarray(headerBytes)),
  }))
  return {
    table(family) {
      const { fields } =
        found.find(
          (one) => one.isTable && one.family === families[family],
        ) ?? {}
      return fields && tableOf(fields)
    },
    uses({ family, table, chain }) {
      const isIt = (text?: Buffer, wanted?: string) =>
        text?.toString('latin1') === `${wanted}\0`
      return found
        .find(
          ({ isTable, family: number, fields }) =>
            !isTable &&
            number === families[family] &&
            isIt(fields.get(1), table) &&
            isIt(fields.get(3), chain),
        )
        ?.fields.get(6)
        ?.readUInt32BE()
    },
  }
}

function tableOf(fields: Map<number, Buffer>): Table {
  const comment = fields.get(6)
  return {
    comment: (comment && decodeComment(comment)) ?? '',
    handle: `${fields.get(4)?.readBigUInt64BE() ?? ''}`,
  }
}

/** The comments of a chain's rules. */
export function commentsOfChain(
  socket: number,
  { family, table, chain }: ChainName,
): string[] {
  const answers = talk(socket, [
    {
      doing: `read the chain ${chain} of the firewall`,
      type: types.getRule,
      flags: netlinkFlags.dump,
      body: message(families[family], [
        [1, table],
        [2, chain],
      ]),
      isQuiet: true,
      ignore: ['ENOENT'],
    },
  ])
  return answers.flatMap(({ body }) => {
    const comment = readAttributes(body.subarray(headerBytes)).get(7)
    return (comment && decodeComment(comment)) ?? []
  })
}
