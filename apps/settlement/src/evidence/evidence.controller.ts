// Evidence files on the bus.
import { AddEvidence, PutEvidencePiece, ReadEvidence, addEvidence, putEvidencePiece, readEvidence } from '@huitong/contracts'
import { Handle } from '@huitong/platform'
import { Controller } from '@nestjs/common'
import { EvidenceService } from './evidence.service.js'

@Controller()
export class EvidenceController {
  constructor(private readonly evidence: EvidenceService) {}

  @Handle(putEvidencePiece)
  put(request: PutEvidencePiece) {
    return this.evidence.put(request)
  }

  @Handle(addEvidence)
  add(request: AddEvidence) {
    return this.evidence.add(request)
  }

  @Handle(readEvidence)
  read(request: ReadEvidence) {
    return this.evidence.read(request)
  }
}
