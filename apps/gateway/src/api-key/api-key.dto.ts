// API keys: hashed at rest, scoped, revocable.
import { SCOPES, type Scope } from '@huitong/contracts'
import { ApiProperty } from '@nestjs/swagger'
import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsOptional } from 'class-validator'
import { PlainText, Timestamp, TypedId } from '../edge/fields.js'

export class CreateApiKeyDto {
  @PlainText(100) label: string
  @ApiProperty({ enum: SCOPES, isArray: true, minItems: 1 })
  @IsArray()
  @ArrayUnique()
  @ArrayMinSize(1)
  @IsIn(SCOPES, { each: true })
  scopes: Scope[]
  /** Whose key it is to be; the caller's own if absent. */
  @IsOptional() @TypedId('pty') party?: string
  @IsOptional() @TypedId('opr') operator?: string
  @IsOptional() @Timestamp() expiresAt?: number
}

export class ApiKeyDto {
  id: string
  label: string
  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes: Scope[]
  @TypedId('pty') party?: string
  @TypedId('opr') operator?: string
  @Timestamp() createdAt: string
  @Timestamp() expiresAt?: string
  @Timestamp() revokedAt?: string
  /** Shown in the answer to its creation, never again. */
  secret?: string
}
