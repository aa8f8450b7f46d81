// One database transaction, as services pass it on. Opaque to everyone but the stores and the platform's functions.
import type { EntityManager } from 'typeorm'

export type Unit = EntityManager
