// The tasks and services of the bench by name. Types only at this level: each is loaded in the process that runs it.
export const TASKS = {
  layOut: async () => (await import('./workload/lay-out.js')).layOut,
  signPart: async () => (await import('./workload/lay-out.js')).signPart,
  rawVerification: async () => (await import('./calibration/verification.js')).rawVerification,
  oneRowCommits: async () => (await import('./calibration/one-row-commits.js')).oneRowCommits,
  replay: async () => (await import('./ledger/replay.js')).replay,
  restart: async () => (await import('./ledger/restart.js')).restart,
  drivePlainSteps: async () => (await import('./peers/plain-steps.js')).drivePlainSteps,
  receipts: async () => (await import('./bus/receipts.js')).receipts,
  lightVerify: async () => (await import('./light/browser.js')).lightVerify,
  reads: async () => (await import('./bus/reads.js')).reads,
  latency: async () => (await import('./ledger/latency.js')).latency,
  checkChain: async () => (await import('./ledger/check.js')).checkChain,
} as const

export const SERVICES = {
  deals: async () => (await import('./deals/run.js')).deals,
  plainSteps: async () => (await import('./peers/plain-steps.js')).plainSteps,
  busClient: async () => (await import('./bus/client.js')).busClient,
  plainReader: async () => (await import('./peers/plain-reader.js')).plainReader,
  throughput: async () => (await import('./ledger/throughput.js')).throughput,
  typeormTransfers: async () => (await import('./peers/typeorm.js')).typeormTransfers,
  sqlTransfers: async () => (await import('./peers/sql.js')).sqlTransfers,
} as const

type Loaded<T> = { readonly [N in keyof T]: T[N] extends () => Promise<infer F> ? F : never }
export type Tasks = Loaded<typeof TASKS>
export type Services = Loaded<typeof SERVICES>
