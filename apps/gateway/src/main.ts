// The process `gateway`: HTTP in front, the bus behind, nothing kept.
import 'reflect-metadata'
import { Bus, runProcess } from '@huitong/platform'
import { prepareEdge } from './edge/prepare.js'
import { GatewayModule } from './gateway.module.js'
import { BUS } from './hub/bus.js'

await runProcess({ role: 'gateway', module: GatewayModule.of({ provide: BUS, useExisting: Bus }), http: prepareEdge })
