// What every command takes from the command line, in one shape.
import type { Command } from 'commander'
import { defaultDataFolder } from '@huitong/launcher'
import { Output } from '../output.js'
import type { SessionOptions } from '../session.js'

export interface Globals extends SessionOptions {
  readonly json?: boolean
}

export const globalsOf = (command: Command): Globals => command.optsWithGlobals<Globals>()

export const outputOf = (command: Command): Output => new Output(globalsOf(command).json === true)

/** The data folder: wallets, pins and receipts live there too. */
export const dataRootOf = (command: Command): string => globalsOf(command).data ?? defaultDataFolder()

/** Adds an example under a command's help. */
export const example = (command: Command, ...lines: readonly string[]): Command =>
  command.addHelpText('after', `\nExample:\n${lines.map((line) => `  ${line}`).join('\n')}`)
