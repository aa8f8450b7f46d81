// What every command takes from the command line, in one shape.
import type { Command } from 'commander'
import { Output } from '../output.js'
import type { SessionOptions } from '../session.js'

export interface Globals extends SessionOptions {
  readonly json?: boolean
}

export const globalsOf = (command: Command): Globals => command.optsWithGlobals<Globals>()

export const outputOf = (command: Command): Output => new Output(globalsOf(command).json === true)
