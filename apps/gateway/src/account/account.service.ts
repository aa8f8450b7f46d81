// Asks a ledger about accounts.
import {
  type WireAccount,
  type WireRecoveryTerms,
  identityPartyOfAccount,
  ledgerAccount,
  ledgerBalances,
  ledgerCoins,
  ledgerStanding,
  ledgerStatement,
} from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import { CoinPageDto } from '../coin/coin.dto.js'
import { coinView } from '../coin/coin.view.js'
import { addressOf } from '../edge/address.js'
import { mapped, optional } from '../edge/optional.js'
import { timestamp } from '../edge/time.js'
import type { RecoveryTermsDto } from '../edge/value.dto.js'
import { PAGE_ROWS, policyView } from '../edge/value.view.js'
import { Hub } from '../hub/hub.js'
import type {
  AccountDto,
  AccountPartyDto,
  BalanceListDto,
  BalanceQuery,
  CoinQuery,
  StandingDto,
  StatementDto,
  StatementQuery,
} from './account.dto.js'

@Injectable()
export class AccountService {
  constructor(private readonly hub: Hub) {}

  async account(ledger: string, account: string): Promise<AccountDto> {
    return view(await this.hub.askLedger(ledger, ledgerAccount, { account }))
  }

  async standing(ledger: string, account: string): Promise<StandingDto> {
    const standing = await this.hub.askLedger(ledger, ledgerStanding, { account })
    return { ...standing, account: addressOf(standing.account), frozen: [...standing.frozen], counted: [...standing.counted] }
  }

  async coins(ledger: string, account: string, query: CoinQuery): Promise<CoinPageDto> {
    const { relation = 'own', limit = PAGE_ROWS } = query
    const filters = { ...optional('asset', query.asset), ...optional('after', query.after) }
    const page = await this.hub.askLedger(ledger, ledgerCoins, { account, relation, limit, ...filters })
    return { items: page.coins.map(coinView), ...optional('now', mapped(page.now, timestamp)), ...optional('next', page.next) }
  }

  async balances(ledger: string, account: string, { height }: BalanceQuery): Promise<BalanceListDto> {
    const answer = await this.hub.askLedger(ledger, ledgerBalances, { account, ...optional('height', height) })
    return { height: answer.height, items: [...answer.balances] }
  }

  async statement(ledger: string, account: string, query: StatementQuery): Promise<StatementDto> {
    const { limit = PAGE_ROWS, ...bounds } = query
    const found = await this.hub.askLedger(ledger, ledgerStatement, { account, limit, ...bounds })
    return {
      from: found.from,
      to: found.to,
      opening: [...found.opening],
      entries: found.entries.map((entry) => ({ ...entry, time: timestamp(entry.time), changes: [...entry.changes] })),
      closing: [...found.closing],
      ...optional('next', found.next),
    }
  }

  async party(ledger: string, account: string): Promise<AccountPartyDto> {
    await this.hub.requireLedger(ledger)
    return this.hub.ask(identityPartyOfAccount, { ledger, account })
  }
}

const view = (account: WireAccount): AccountDto => ({
  account: addressOf(account.account),
  policy: policyView(account.policy),
  current: { keys: [...account.current.keys], threshold: account.current.threshold },
  sequence: account.sequence,
  ...optional('recovery', mapped(account.recovery, recoveryView)),
  ...optional('terms', mapped(account.terms, termsView)),
  ...optional(
    'change',
    mapped(account.change, ({ terms, from }) => ({ terms: termsView(terms), from: timestamp(from) })),
  ),
})

const termsView = ({ authorities, quorum, delayMs }: WireRecoveryTerms): RecoveryTermsDto => ({
  authorities: authorities.map(addressOf),
  quorum,
  delayMs,
})

const recoveryView = (recovery: NonNullable<WireAccount['recovery']>): NonNullable<AccountDto['recovery']> => ({
  keys: { keys: [...recovery.keys.keys], threshold: recovery.keys.threshold },
  proposedAt: timestamp(recovery.proposedAt),
  end: timestamp(recovery.end),
})
