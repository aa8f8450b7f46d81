// What a hub on one machine stands on: embedded PostgreSQL and NATS, the supervisor of its processes, free ports, the data folder; and native
// signatures for programs beside it.
// Must never be imported by a process it starts.
export { installNativeHash, nativePublicKey, nativeSign, nativeVerifier } from '@huitong/platform/verifier'
export { DataFolder, defaultDataFolder, FolderInUse, isRecord, readJson, writeAtomically } from './data-folder.js'
export { freePort } from './free-port.js'
export { findRunningHub, startHub, type Hub, type HubOptions } from './hub.js'
export { DEFAULT_LEDGERS, type LedgerConfig, type Network } from './network.js'
export { APP_TABLE, PROCESS_SETTINGS, processTable, subjectsOf, type App, type ProcessSpec } from './processes.js'
export type { SupervisorEvent, UnitState, UnitStatus } from './supervisor.js'
export { NATS_SUPERUSER, startNats, type StartedNats } from './nats.js'
export type { NatsUser } from './nats-config.js'
export { startPostgres, type StartedPostgres } from './postgres.js'
