// The seed from which a demonstration's or a replay's keys derive: 32 random bytes in the data folder, made once.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { DataFolder } from '@huitong/launcher'
import { type Bytes, fromHex, isHex, toHex } from '@huitong/primitives'
import { systemEntropy } from '@huitong/sdk'
import { CommandFailure, EXIT } from '../exit-code.js'

/** The seed of the institutions: tokens, provider, carrier and operators are the same for everything that runs on a data folder. */
export const NETWORK_SEED = 'demo'

/** The seed of this name; made at first use, readable by its owner only. */
export function seedIn(folder: DataFolder, name: string): Bytes {
  const file = path.join(folder.root, 'seeds', `${name}.seed`)
  if (!existsSync(file)) {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(`${file}.new`, `${toHex(systemEntropy.bytes(32))}\n`, { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
  }
  const text = readFileSync(file, 'utf8').trim()
  if (!isHex(text, 32)) throw new CommandFailure(EXIT.usage, 'seed_malformed', `${file} is not a seed of 32 bytes in hexadecimal`)
  return fromHex(text)
}
