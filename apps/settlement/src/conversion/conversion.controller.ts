// Conversions on the bus.
import { ById, CreateConversion, Page, createConversion, getConversion, listConversions } from '@huitong/contracts'
import { Handle } from '@huitong/platform'
import { Controller } from '@nestjs/common'
import { ConversionService } from './conversion.service.js'

@Controller()
export class ConversionController {
  constructor(private readonly conversions: ConversionService) {}

  @Handle(createConversion)
  create(request: CreateConversion) {
    return this.conversions.create(request)
  }

  @Handle(getConversion)
  get(request: ById) {
    return this.conversions.get(request)
  }

  @Handle(listConversions)
  list(page: Page) {
    return this.conversions.list(page)
  }
}
