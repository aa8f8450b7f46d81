// Asks a ledger about assets.
import { type WireAsset, ledgerAsset, ledgerAssets, ledgerFreezes } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import { addressOf } from '../edge/address.js'
import { optional } from '../edge/optional.js'
import { PAGE_ROWS } from '../edge/value.view.js'
import { Hub } from '../hub/hub.js'
import type { AssetDto, AssetListDto, FreezeListDto, FreezeQuery } from './asset.dto.js'

@Injectable()
export class AssetService {
  constructor(private readonly hub: Hub) {}

  async asset(ledger: string, asset: string): Promise<AssetDto> {
    return view(await this.hub.askLedger(ledger, ledgerAsset, { asset }))
  }

  async freezes(ledger: string, asset: string, { after, limit = PAGE_ROWS }: FreezeQuery): Promise<FreezeListDto> {
    const page = await this.hub.askLedger(ledger, ledgerFreezes, { asset, limit, ...optional('after', after) })
    return { frozen: page.frozen, items: page.accounts.map(addressOf), ...optional('next', page.next) }
  }

  async list(ledger: string): Promise<AssetListDto> {
    const { assets } = await this.hub.askLedger(ledger, ledgerAssets, {})
    return { items: assets.map(view) }
  }
}

const view = (asset: WireAsset): AssetDto => ({
  ...asset,
  issuer: addressOf(asset.issuer),
  frozen: asset.frozen ?? false,
})
