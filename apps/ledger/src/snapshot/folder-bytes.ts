// The size of the snapshots in a ledger's folder.
import * as fs from 'node:fs'
import path from 'node:path'

export function folderBytes(folder: string): number {
  if (!fs.existsSync(folder)) return 0
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.startsWith('snapshot-'))
    .reduce((sum, { name }) => sum + (fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0)
}
