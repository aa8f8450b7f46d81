// Carriers whose signatures count as evidence of delivery.
import { Hex, PlainText, Timestamp } from '../edge/fields.js'

export class RegisterCarrierDto {
  @PlainText(100) name: string
  @Hex(32) publicKey: string
}

export class CarrierDto {
  id: string
  name: string
  @Hex(32) publicKey: string
  @Timestamp() createdAt: string
}
