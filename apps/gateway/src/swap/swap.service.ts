// Swaps: passes them to settlement and shows what it keeps.
import { type Actor, type WireSwap, acceptSwap, cancelSwap, createSwap, getSwap, listSwaps } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import type { Write } from '../access/caller.js'
import { mapped, optional } from '../edge/optional.js'
import { newerOf, pageOf } from '../edge/page.js'
import { timestamp } from '../edge/time.js'
import type { DealQuery, NewerQuery } from '../edge/value.dto.js'
import { dealView, legView, pageView } from '../edge/value.view.js'
import { Hub } from '../hub/hub.js'
import type { AcceptSwapDto, CancelSwapDto, CreateSwapDto, SwapDto, SwapPageDto } from './swap.dto.js'

@Injectable()
export class SwapService {
  constructor(private readonly hub: Hub) {}

  async create(body: CreateSwapDto, write: Write): Promise<SwapDto> {
    return view(await this.hub.ask(createSwap, { ...body, ...write.fields }, { write }))
  }

  async list(query: DealQuery, actor: Actor): Promise<SwapPageDto> {
    return pageView(await this.hub.ask(listSwaps, { ...pageOf(query), actor }), view)
  }

  async swap(id: string, query: NewerQuery, actor: Actor): Promise<SwapDto> {
    return view(await this.hub.ask(getSwap, { id, ...newerOf(query), actor }))
  }

  async accept(id: string, body: AcceptSwapDto, write: Write): Promise<SwapDto> {
    return view(await this.hub.ask(acceptSwap, { ...body, id, ...write.fields }, { write }))
  }

  async cancel(id: string, body: CancelSwapDto, write: Write): Promise<SwapDto> {
    return view(await this.hub.ask(cancelSwap, { ...body, id, ...write.fields }, { write }))
  }
}

const view = (swap: WireSwap): SwapDto => ({
  id: swap.id,
  initiator: swap.initiator,
  counterparty: swap.counterparty,
  hash: swap.hash,
  legA: legView(swap.legA),
  legB: legView(swap.legB),
  ...optional('lockABefore', mapped(swap.lockABefore, timestamp)),
  ...optional('lockBBefore', mapped(swap.lockBBefore, timestamp)),
  ...optional('lastSafeReveal', mapped(swap.lastSafeReveal, timestamp)),
  ...dealView(swap),
})
