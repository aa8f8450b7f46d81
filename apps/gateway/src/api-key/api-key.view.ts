// API keys from the bus's terms to the edge's.
import type { WireApiKey } from '@huitong/contracts'
import { mapped, optional } from '../edge/optional.js'
import { timestamp } from '../edge/time.js'
import type { ApiKeyDto } from './api-key.dto.js'

export const apiKeyView = (key: WireApiKey): ApiKeyDto => ({
  id: key.id,
  label: key.label,
  scopes: [...key.scopes],
  ...optional('party', key.party),
  ...optional('operator', key.operator),
  createdAt: timestamp(key.createdAt),
  ...optional('expiresAt', mapped(key.expiresAt, timestamp)),
  ...optional('revokedAt', mapped(key.revokedAt, timestamp)),
  ...optional('secret', key.secret),
})
