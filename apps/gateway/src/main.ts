// The process `gateway`: HTTP in front, the bus behind, nothing kept.
import 'reflect-metadata'
import { Bus, SETTINGS_TOKEN, type Settings, runProcess } from '@huitong/platform'
import { prepareEdge } from './edge/prepare.js'
import { GatewayModule } from './gateway.module.js'
import { BUS } from './hub/bus.js'
import { DEFAULT_LIMITS, LIMITS, type Limits, rates } from './limits/limits.js'

const bus = { provide: BUS, useExisting: Bus }
const limits = {
  provide: LIMITS,
  inject: [SETTINGS_TOKEN],
  useFactory: ({ httpRate }: Settings): Limits => ({ ...DEFAULT_LIMITS, ...rates(httpRate) }),
}

await runProcess({ role: 'gateway', module: GatewayModule.of({ bus, limits }), http: prepareEdge })
