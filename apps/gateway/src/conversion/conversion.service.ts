// Conversions: passes them to settlement and shows what it keeps.
import { type Actor, type WireConversion, createConversion, getConversion, listConversions } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import type { Write } from '../access/caller.js'
import { mapped, optional } from '../edge/optional.js'
import { newerOf, pageOf } from '../edge/page.js'
import { timestamp } from '../edge/time.js'
import type { DealQuery, NewerQuery } from '../edge/value.dto.js'
import { dealView, legView, pageView } from '../edge/value.view.js'
import { Hub } from '../hub/hub.js'
import type { ConversionDto, ConversionPageDto, CreateConversionDto } from './conversion.dto.js'

@Injectable()
export class ConversionService {
  constructor(private readonly hub: Hub) {}

  async create(body: CreateConversionDto, write: Write): Promise<ConversionDto> {
    return view(await this.hub.ask(createConversion, { ...body, ...write.fields }, { write }))
  }

  async list(query: DealQuery, actor: Actor): Promise<ConversionPageDto> {
    return pageView(await this.hub.ask(listConversions, { ...pageOf(query), actor }), view)
  }

  async conversion(id: string, query: NewerQuery, actor: Actor): Promise<ConversionDto> {
    return view(await this.hub.ask(getConversion, { id, ...newerOf(query), actor }))
  }
}

const view = (conversion: WireConversion): ConversionDto => ({
  id: conversion.id,
  quote: conversion.quote,
  payer: conversion.payer,
  provider: conversion.provider,
  hash: conversion.hash,
  legA: legView(conversion.legA),
  legB: legView(conversion.legB),
  ...optional(
    'between',
    mapped(conversion.between, (legs) => legs.map(legView)),
  ),
  lockBefore: timestamp(conversion.lockBefore),
  ...optional('lastSafeReveal', mapped(conversion.lastSafeReveal, timestamp)),
  ...dealView(conversion),
})
