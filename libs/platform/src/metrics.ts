// The measurements of a process, for Prometheus. Labels are names from closed sets, never ids.
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

export const registry = new Registry()

/** What the platform itself measures. Apps add their own with {@link counter}, {@link gauge} and {@link histogram}. */
export const metrics = {
  handled: histogram('huitong_bus_handled_seconds', 'Time to answer a request, by subject.', ['subject']),
  refused: counter('huitong_bus_refused_total', 'Requests refused because the queue was full, by subject.', ['subject']),
  foreign: counter('huitong_bus_foreign_total', 'Requests whose answer was not wanted by a known caller, by subject.', [
    'subject',
  ]),
  poisoned: counter('huitong_stream_parked_total', 'Messages of a stream that could not be taken and were parked.', ['stream']),
  performed: counter('huitong_outbox_performed_total', 'Outbox rows done, by kind.', ['kind']),
  retried: counter('huitong_outbox_retried_total', 'Attempts at an outbox row that will be tried again, by kind.', ['kind']),
  parked: counter('huitong_outbox_parked_total', 'Outbox rows parked after their last attempt, by kind.', ['kind']),
  waiting: gauge('huitong_outbox_waiting', 'Outbox rows that are not done and not parked.', []),
  oldest: gauge('huitong_outbox_oldest_seconds', 'Age of the oldest due outbox row.', []),
  unitRetries: counter('huitong_unit_retries_total', 'Units of work run again after a fault of the moment.', []),
} as const

export function counter<T extends string>(name: string, help: string, labelNames: readonly T[]): Counter<T> {
  return new Counter({ name, help, labelNames: [...labelNames], registers: [registry] })
}

export function gauge<T extends string>(name: string, help: string, labelNames: readonly T[]): Gauge<T> {
  return new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] })
}

export function histogram<T extends string>(name: string, help: string, labelNames: readonly T[]): Histogram<T> {
  const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
  return new Histogram({ name, help, labelNames: [...labelNames], buckets, registers: [registry] })
}

/** Adds the process's own figures (memory, event loop, garbage collection) under the role's name. Called once, by runProcess. */
export function measureProcess(role: string): void {
  registry.setDefaultLabels({ role })
  collectDefaultMetrics({ register: registry })
}

/** Everything measured, in Prometheus' text format. */
export const metricsText = (): Promise<string> => registry.metrics()
