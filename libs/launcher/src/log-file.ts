// A log file of bounded size: when full it becomes `.1`, the older ones move up, the oldest goes. Must never grow without limit.
import * as fs from 'node:fs'

const BYTES_MAX = 10 * 1024 * 1024
const KEPT = 3
const TAIL_LINES = 40

export class LogFile {
  private handle: number
  private size: number
  private readonly recent: string[] = []

  constructor(
    private readonly file: string,
    private readonly bytesMax = BYTES_MAX,
  ) {
    this.handle = fs.openSync(file, 'a', 0o600)
    this.size = fs.fstatSync(this.handle).size
  }

  line(text: string): void {
    this.recent.push(text)
    if (this.recent.length > TAIL_LINES) this.recent.shift()
    const bytes = Buffer.from(`${text}\n`)
    if (this.size > 0 && this.size + bytes.length > this.bytesMax) this.rotate()
    try {
      fs.writeSync(this.handle, bytes)
      this.size += bytes.length
    } catch {
      // A full disk must not take the supervisor down with the logs; the tail stays in memory.
    }
  }

  /** The last lines written through this object, for error messages. */
  tail(lines = 10): string {
    return this.recent.slice(-lines).join('\n')
  }

  /** Forgets the tail: what follows belongs to another start. */
  mark(): void {
    this.recent.length = 0
  }

  close(): void {
    fs.closeSync(this.handle)
  }

  private rotate(): void {
    fs.closeSync(this.handle)
    for (let i = KEPT; i >= 1; i -= 1) {
      const from = i === 1 ? this.file : `${this.file}.${i - 1}`
      if (fs.existsSync(from)) fs.renameSync(from, `${this.file}.${i}`)
    }
    this.handle = fs.openSync(this.file, 'a', 0o600)
    this.size = 0
  }
}
