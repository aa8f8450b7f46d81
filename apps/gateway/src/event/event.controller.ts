// The live feed of changes, by server-sent events.
import type { Actor } from '@huitong/contracts'
import { Controller, Get, Query, Req, Res } from '@nestjs/common'
import { ApiExtraModels, ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger'
import type { Request, Response } from 'express'
import { Caller } from '../access/caller.js'
import { NeedsKey } from '../access/scope.js'
import { EventDto, EventQuery } from './event.dto.js'
import { EventService } from './event.service.js'

@ApiTags('events')
@ApiExtraModels(EventDto)
@Controller('events')
export class EventController {
  constructor(private readonly events: EventService) {}

  /** Changes of deals that the caller may see, in order, as they happen. Resumes after Last-Event-ID. Each `data` is an EventDto. */
  @Get()
  @NeedsKey()
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Cursor of the last event seen.' })
  @ApiOkResponse({ description: 'A stream that stays open.', content: { 'text/event-stream': { schema: { type: 'string' } } } })
  stream(@Req() request: Request, @Res() response: Response, @Query() query: EventQuery, @Caller() actor: Actor): void {
    this.events.stream(request, response, query, actor)
  }
}
