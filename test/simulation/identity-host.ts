// Identity as others see it: whose account is whose, who judges, who carries. Never changes during a seed.
import { err, ok } from '@huitong/primitives'
import type { Person } from '@huitong/testing'
import type { Host } from './network.js'
import { Life } from './scheduler.js'

/** The signing domain of the hub's statements. */
export const HUB = 'ab'.repeat(32)

export interface Registered {
  readonly id: string
  readonly person: Person
}

export class IdentityHost implements Host {
  readonly life = new Life('identity')
  readonly owners = new Map<string, string>()
  readonly operators: Registered[] = []
  readonly carriers: Registered[] = []

  answer(subject: string, body: unknown): unknown {
    // the border: the fields of a contract that our own code has filled
    const asked = body as Readonly<Record<string, string>>
    switch (subject.slice('identity.'.length)) {
      case 'hub':
        return ok({ hub: HUB, sandbox: true, ledgers: [] })
      case 'party': {
        const id = asked['id'] ?? ''
        const isKnown = [...this.owners.values()].includes(id)
        return isKnown ? ok({ id, kind: 'legal', displayName: id, createdAt: 0, accounts: [] }) : err('party_unknown')
      }
      case 'party-of-account': {
        const party = this.owners.get(asked['account'] ?? '')
        return party === undefined ? err('account_unbound') : ok({ party })
      }
      case 'operators':
        return ok({ operators: this.operators.map(wire) })
      case 'carrier-of-key': {
        const found = this.carriers.find(({ person }) => person.publicKey === asked['publicKey'])
        return found === undefined ? err('carrier_unknown') : ok(wire(found))
      }
      default:
        throw new Error(`the simulated identity answers no ${subject}`)
    }
  }
}

const wire = ({ id, person }: Registered) => ({ id, name: person.name, publicKey: person.publicKey, createdAt: 0 })
