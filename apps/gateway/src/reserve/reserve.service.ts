// Reserves as the auditor sums them.
import { auditReserves } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import { Hub } from '../hub/hub.js'
import type { ReserveListDto } from './reserve.dto.js'

@Injectable()
export class ReserveService {
  constructor(private readonly hub: Hub) {}

  async list(): Promise<ReserveListDto> {
    const { reserves } = await this.hub.ask(auditReserves, {})
    return { items: [...reserves] }
  }
}
