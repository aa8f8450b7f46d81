// Carriers: identity keeps them.
import { identityCarrierOfKey, identityRegisterCarrier } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import type { Write } from '../access/caller.js'
import { timestamp } from '../edge/time.js'
import { Hub } from '../hub/hub.js'
import type { CarrierDto, RegisterCarrierDto } from './carrier.dto.js'

@Injectable()
export class CarrierService {
  constructor(private readonly hub: Hub) {}

  async register(body: RegisterCarrierDto, write: Write): Promise<CarrierDto> {
    const carrier = await this.hub.ask(identityRegisterCarrier, { ...body, ...write.fields }, { write })
    return { ...carrier, createdAt: timestamp(carrier.createdAt) }
  }

  async carrier(publicKey: string): Promise<CarrierDto> {
    const carrier = await this.hub.ask(identityCarrierOfKey, { publicKey })
    return { ...carrier, createdAt: timestamp(carrier.createdAt) }
  }
}
