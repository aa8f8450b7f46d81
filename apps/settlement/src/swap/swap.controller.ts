// Swaps on the bus.
import {
  AcceptSwap,
  ById,
  CancelSwap,
  CreateSwap,
  Page,
  acceptSwap,
  cancelSwap,
  createSwap,
  getSwap,
  listSwaps,
} from '@huitong/contracts'
import { Handle } from '@huitong/platform'
import { Controller } from '@nestjs/common'
import { SwapService } from './swap.service.js'

@Controller()
export class SwapController {
  constructor(private readonly swaps: SwapService) {}

  @Handle(createSwap)
  create(request: CreateSwap) {
    return this.swaps.create(request)
  }

  @Handle(acceptSwap)
  accept(request: AcceptSwap) {
    return this.swaps.accept(request)
  }

  @Handle(cancelSwap)
  cancel(request: CancelSwap) {
    return this.swaps.cancel(request)
  }

  @Handle(getSwap)
  get(request: ById) {
    return this.swaps.get(request)
  }

  @Handle(listSwaps)
  list(page: Page) {
    return this.swaps.list(page)
  }
}
