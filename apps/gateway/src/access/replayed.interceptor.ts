// Marks the stored answer of an earlier, equal request.
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common'
import type { Request, Response } from 'express'
import { type Observable, tap } from 'rxjs'
import { visitOf } from './caller.js'

@Injectable()
export class ReplayedInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp()
    const mark = (): void => {
      const replayed = visitOf(http.getRequest<Request>()).write?.replayed === true
      if (replayed) http.getResponse<Response>().setHeader('Idempotency-Replayed', 'true')
    }
    return next.handle().pipe(tap({ next: mark, error: mark }))
  }
}
