// Where a replay stands: which run it is, how file time maps to ledger time, which batch is next. Written whole or not at all.
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { isRecord, readJson, writeAtomically } from '@huitong/launcher'
import { sha256, toHex, utf8 } from '@huitong/primitives'
import { CommandFailure, EXIT } from '../exit-code.js'

export interface Progress {
  /** Counts the replays of the same files with the same options on this data folder. */
  readonly run: number
  /** Ledger time less file time, in milliseconds; fixed when the run begins, so that the first event is now. */
  readonly shiftMs: number
  /** Number of the next batch to run. */
  readonly next: number
  /** Wall-clock milliseconds spent, in all sessions up to here. */
  readonly spentMs: number
  readonly sessions: number
  readonly done: boolean
}

export class ProgressFile {
  private constructor(
    private readonly folder: string,
    /** Names the input. */
    readonly digest: string,
  ) {}

  /** The state of the replay of exactly this input; other files or options are another replay. */
  static of(root: string, input: { readonly orders: string; readonly items: string; readonly options: string }): ProgressFile {
    const digest = toHex(sha256(utf8([input.options, digestOf(input.orders), digestOf(input.items)].join('/')))).slice(0, 16)
    const folder = path.join(root, 'replay', digest)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return new ProgressFile(folder, digest)
  }

  read(): Progress | undefined {
    if (!existsSync(this.file)) return undefined
    const value = readJson(this.file)
    if (isProgress(value)) return value
    throw new CommandFailure(EXIT.usage, 'progress_malformed', `${this.file} is not the progress of a replay`)
  }

  write(progress: Progress): void {
    writeAtomically(this.file, `${JSON.stringify(progress)}\n`, 0o600)
  }

  journal(run: number): string {
    return path.join(this.folder, `journal-${run}.jsonl`)
  }

  private get file(): string {
    return path.join(this.folder, 'progress.json')
  }
}

const digestOf = (text: string): string => toHex(sha256(utf8(text)))

function isProgress(value: unknown): value is Progress {
  if (!isRecord(value)) return false
  const numbers = ['run', 'shiftMs', 'next', 'spentMs', 'sessions'].every((name) => Number.isFinite(value[name]))
  return numbers && typeof value['done'] === 'boolean'
}
