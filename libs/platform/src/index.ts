// What apps use of the platform: everything Nest, TypeORM, PostgreSQL and NATS comes through here.
export * from './afterwards.js'
export * from './ambient.js'
export * from './audit-chain.js'
export * from './bus/bus.js'
export * from './bus/follow.js'
export { type CallContext, Handle, HandleBytes } from './bus/handle.js'
export * from './bus/server.js'
export * from './bus/stream.js'
export * from './canonical.js'
export * from './command/run-command.js'
export * from './health.js'
export * from './killpoint.js'
export * from './log.js'
export * from './metrics.js'
export * from './outbox/event.js'
export * from './outbox/inbox.js'
export {
  type Enqueued,
  type OutboxRow,
  enqueue,
  enqueueOwed,
  forgetDone,
  markEnded,
  parkedRows,
  retryParked,
} from './outbox/outbox.js'
export * from './outbox/republish.js'
export * from './outbox/worker.js'
export * from './pg/column.js'
export * from './pg/copy.js'
export * from './pg/database.js'
export * from './pg/platform-tables.js'
export * from './pg/rows.js'
export * from './pg/transient.js'
export * from './pg/unit.js'
export * from './platform.module.js'
export * from './process.js'
export * from './pruning.js'
export * from './settings.js'
export { currentTrace, inTrace, traceparent } from './trace.js'
export * from './vault.js'
export * from './verifier.js'
