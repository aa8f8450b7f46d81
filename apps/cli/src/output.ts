// How a command speaks: tables and sentences for people, or one JSON object per line for machines. Progress and notes go to standard error.
import cliProgress from 'cli-progress'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }
export type JsonObject = { readonly [key: string]: Json | undefined }

export interface Progress {
  at(done: number): void
  stop(): void
}

export class Output {
  constructor(
    readonly json: boolean,
    private readonly out: NodeJS.WritableStream = process.stdout,
    private readonly notes: NodeJS.WriteStream = process.stderr,
  ) {}

  /** One fact: the object for machines, the text for people. */
  emit(object: JsonObject, text: string): void {
    this.out.write(`${this.json ? JSON.stringify(object) : text}\n`)
  }

  /** Text for people only. */
  say(text: string): void {
    if (!this.json) this.out.write(`${text}\n`)
  }

  /** Something worth knowing meanwhile, on standard error. */
  note(text: string): void {
    this.notes.write(`${text}\n`)
  }

  /** Rows for people as an aligned table; for machines one object per row. */
  table(columns: readonly Column[], rows: readonly JsonObject[]): void {
    if (this.json) {
      for (const row of rows) this.out.write(`${JSON.stringify(row)}\n`)
      return
    }
    this.out.write(`${renderTable(columns, rows)}\n`)
  }

  /** The last line of machine output. */
  summary(object: JsonObject & { readonly ok: boolean }): void {
    if (this.json) this.out.write(`${JSON.stringify({ summary: true, ...object })}\n`)
  }

  /** A bar on standard error where a person watches, silence elsewhere. */
  progress(title: string, total: number): Progress {
    if (this.json || !this.notes.isTTY) return { at: () => undefined, stop: () => undefined }
    const bar = new cliProgress.SingleBar({
      format: `${title} {bar} {percentage}% {value}/{total} {eta_formatted} left`,
      stream: this.notes,
      hideCursor: true,
      clearOnComplete: true,
    })
    bar.start(total, 0)
    return { at: (done) => bar.update(done), stop: () => bar.stop() }
  }
}

export interface Column {
  readonly key: string
  readonly title: string
  readonly align?: 'right'
}

/** Columns as wide as their widest cell; East Asian wide characters count two. */
export function renderTable(columns: readonly Column[], rows: readonly JsonObject[]): string {
  const cells = rows.map((row) => columns.map((column) => textOf(row[column.key])))
  const widths = columns.map((column, index) =>
    Math.max(widthOf(column.title), ...cells.map((line) => widthOf(line[index] ?? ''))),
  )
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => {
        const gap = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(text)))
        return columns[index]?.align === 'right' ? gap + text : text + gap
      })
      .join('  ')
      .trimEnd()
  return [line(columns.map((column) => column.title)), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line)].join(
    '\n',
  )
}

const textOf = (value: Json | undefined): string =>
  value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u

const widthOf = (text: string): number => [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0)
