// TypeORM's messages through our log (its own logger writes to stdout, which belongs to the supervisor). Never a query's values.
import type { Logger } from 'typeorm'
import { log } from '../log.js'

export class OrmLog implements Logger {
  logQuery(): void {
    // a line per query helps nobody
  }

  logQueryError(error: string | Error): void {
    // whoever asked gets the error and decides; here it is for the curious
    log.debug('database.query.failed', { fault: error instanceof Error ? error.message : error })
  }

  logQuerySlow(time: number, query: string): void {
    log.warn('database.query.slow', { milliseconds: time, query })
  }

  logSchemaBuild(message: string): void {
    log.debug('database.schema', { message })
  }

  logMigration(message: string): void {
    log.info('database.migration', { message })
  }

  log(level: 'log' | 'info' | 'warn', message: unknown): void {
    if (level === 'warn') log.warn('database.warning', { message: String(message) })
    else log.debug('database.message', { message: String(message) })
  }
}
