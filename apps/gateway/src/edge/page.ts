// Page queries in the bus's terms.
import { optional } from './optional.js'
import type { DealQuery, NewerQuery } from './value.dto.js'
import { PAGE_ROWS } from './value.view.js'

export const pageOf = (query: DealQuery): { limit: number; after?: string; state?: string } => ({
  limit: query.limit ?? PAGE_ROWS,
  ...optional('after', query.after),
  ...optional('state', query.state),
})

export const newerOf = (query: NewerQuery): { newerThan?: number; passing?: string[] } => ({
  ...optional('newerThan', query.newerThan),
  ...optional('passing', query.passing?.split(',')),
})
