// A row of the bench's table: what is run in a pass and the figures it gives.
import type { Measure } from '../line.js'
import type { Pass } from '../pass.js'

export interface Row {
  readonly name: string
  run(pass: Pass): Promise<readonly Measure[]>
}
