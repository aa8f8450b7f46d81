// The nouns of settlement, each with a module of its own. A new noun is one line here.
import type { Type } from '@nestjs/common'
import { ConversionModule } from './conversion/conversion.module.js'
import { DisputeModule } from './dispute/dispute.module.js'
import { OrderModule } from './order/order.module.js'
import { SwapModule } from './swap/swap.module.js'

export const NOUNS: readonly Type<object>[] = [ConversionModule, SwapModule, OrderModule, DisputeModule]
