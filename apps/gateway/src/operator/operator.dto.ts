// Operators: two of them rule a dispute, none of them moves anything alone.
import { ApiKeyDto } from '../api-key/api-key.dto.js'
import { Hex, PlainText, Timestamp, TypedId } from '../edge/fields.js'

export class RegisterOperatorDto {
  @PlainText(100) name: string
  @Hex(32) publicKey: string
}

export class OperatorDto {
  @TypedId('opr') id: string
  name: string
  @Hex(32) publicKey: string
  @Timestamp() createdAt: string
  /** In the answer to registration only. */
  apiKey?: ApiKeyDto
}

export class OperatorListDto {
  items: OperatorDto[]
}
