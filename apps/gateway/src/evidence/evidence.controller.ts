// Files of evidence: taken and given as they are, byte for byte, never whole in memory.
import { type Actor, EVIDENCE_TYPES } from '@huitong/contracts'
import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common'
import { ApiBody, ApiConsumes, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger'
import type { Request, Response } from 'express'
import { Caller, Write, Writing } from '../access/caller.js'
import { Keyed, Needs } from '../access/scope.js'
import { DisputeDto, EvidenceQuery } from '../dispute/dispute.dto.js'
import { typedId } from '../edge/params.js'
import { EvidenceService } from './evidence.service.js'

const FILE = { schema: { type: 'string', format: 'binary' } } as const

@ApiTags('disputes')
@Controller('disputes/:id/evidence')
export class EvidenceController {
  constructor(private readonly evidence: EvidenceService) {}

  /** Hands a file in: the body is the file, Content-Type says what it is. At most 16 MiB; its SHA-256 stands in the case. */
  @Post()
  @HttpCode(200)
  @Needs('orders', 'disputes', 'operator')
  @Keyed()
  @ApiConsumes(...EVIDENCE_TYPES)
  @ApiBody(FILE)
  add(
    @Param('id', typedId('dsp')) id: string,
    @Query() query: EvidenceQuery,
    @Req() request: Request,
    @Writing() write: Write,
  ): Promise<DisputeDto> {
    return this.evidence.add(id, { ...query, request }, write)
  }

  /** A file of the case, for its sides and for operators. Every look is logged. */
  @Get(':evidence')
  @Needs('orders', 'disputes', 'operator')
  @ApiProduces(...EVIDENCE_TYPES)
  @ApiOkResponse(FILE)
  read(
    @Param('id', typedId('dsp')) id: string,
    @Param('evidence', typedId('evd')) evidence: string,
    @Caller() actor: Actor,
    @Res() response: Response,
  ): Promise<void> {
    return this.evidence.send({ id, evidence, actor }, response)
  }
}
