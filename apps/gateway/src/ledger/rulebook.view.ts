// Rules for assets as people read them: amounts as decimal strings, accounts by address.
import type { AssetRules, Rulebook } from '@huitong/chain'
import { addressOf } from '../edge/address.js'
import { mapped, optional } from '../edge/optional.js'
import type { AssetRulesDto, RulebookDto } from './rulebook.dto.js'

export function rulebookView({ registrar, assets = [], ...rulebook }: Rulebook): RulebookDto {
  return { ...rulebook, ...optional('registrar', mapped(registrar, addressOf)), assets: assets.map(assetRulesView) }
}

export const assetRulesView = ({ asset, tier, limits, counterparties, tax }: AssetRules): AssetRulesDto => ({
  asset,
  tier,
  limits: limits.map(({ tier: from, perTransaction, perDay }) => ({
    tier: from,
    ...optional('perTransaction', perTransaction?.toString()),
    ...optional('perDay', perDay?.toString()),
  })),
  counterparties: counterparties.map(addressOf),
  ...optional(
    'tax',
    mapped(tax, ({ ppm, to }) => ({ ppm, to: addressOf(to) })),
  ),
})
