// Asks a ledger about assets.
import { type WireAsset, ledgerAsset, ledgerAssets } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import { addressOf } from '../edge/address.js'
import { Hub } from '../hub/hub.js'
import type { AssetDto, AssetListDto } from './asset.dto.js'

@Injectable()
export class AssetService {
  constructor(private readonly hub: Hub) {}

  async asset(ledger: string, asset: string): Promise<AssetDto> {
    return view(await this.hub.askLedger(ledger, ledgerAsset, { asset }))
  }

  async list(ledger: string): Promise<AssetListDto> {
    const { assets } = await this.hub.askLedger(ledger, ledgerAssets, {})
    return { items: assets.map(view) }
  }
}

const view = (asset: WireAsset): AssetDto => ({ ...asset, issuer: addressOf(asset.issuer) })
