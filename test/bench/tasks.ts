// The tasks and services of the bench by name. Types only at this level: each is loaded in the process that runs it.
export type TaskMessage =
  | { readonly kind: 'start'; readonly config: unknown }
  | { readonly kind: 'ready' | 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'proceed' }

/** A service: says `ready` once, may wait for `told` (to begin, or to end), answers what it has to say in the end. */
export type Service<Config, Ready, Done> = (
  config: Config,
  life: { ready(value: Ready): void; readonly told: Promise<void> },
) => Promise<Done>

export const TASKS = {
  layOut: async () => (await import('./workload/make.js')).layOut,
  signPart: async () => (await import('./workload/make.js')).signPart,
  rawVerification: async () => (await import('./calibration/verification.js')).rawVerification,
  oneRowCommits: async () => (await import('./calibration/one-row-commits.js')).oneRowCommits,
  latency: async () => (await import('./ledger/latency.js')).latency,
  checkChain: async () => (await import('./ledger/check.js')).checkChain,
} as const

export const SERVICES = {
  throughput: async () => (await import('./ledger/throughput.js')).throughput,
  typeormTransfers: async () => (await import('./peers/typeorm.js')).typeormTransfers,
  sqlTransfers: async () => (await import('./peers/sql.js')).sqlTransfers,
} as const

type Loaded<T> = { readonly [N in keyof T]: T[N] extends () => Promise<infer F> ? F : never }
export type Tasks = Loaded<typeof TASKS>
export type Services = Loaded<typeof SERVICES>
