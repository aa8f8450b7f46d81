// PostgreSQL's own load generator as another client of the SQL peers, where it is installed: written in C, it leaves the server more of the CPU.
import { execFile, execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import type { PeerConfig, PeerFigures } from './double-entry.js'
import type { SqlKind } from './sql.js'

export function hasPgbench(): boolean {
  try {
    execFileSync('pgbench', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const choose = (accounts: number): string => `\\set a random(1, ${accounts})
\\set b 1 + (:a + random(0, ${accounts - 2})) % ${accounts}
`
const SCRIPTS: Readonly<Record<SqlKind, string>> = {
  plpgsql: 'select do_transfer(gen_random_uuid(), :a, :b, 1);\n',
  sql: `begin;
select id, balance from account where id in (:a, :b) order by id for update;
insert into transfer (reference, from_id, to_id, amount) values (gen_random_uuid(), :a, :b, 1) returning id as t \\gset
insert into posting (transfer_id, account_id, amount) values (:t, :a, -1), (:t, :b, 1);
update account set balance = balance - 1, version = version + 1 where id = :a;
update account set balance = balance + 1, version = version + 1 where id = :b;
commit;
`,
}

export async function pgbench(config: PeerConfig & { readonly kind: SqlKind; readonly folder: string }): Promise<PeerFigures> {
  const script = path.join(config.folder, `${config.kind}.sql`)
  fs.writeFileSync(script, choose(config.accounts) + SCRIPTS[config.kind])
  const seconds = Math.max(1, Math.round(config.ms / 1_000))
  const load = ['-c', String(config.clients), '-j', String(Math.min(2, config.clients)), '-T', String(seconds)]
  const words = ['-n', '-M', 'prepared', '-f', script, ...load, `--random-seed=${config.seed}`, config.databaseUrl]
  const { stdout } = await promisify(execFile)('pgbench', words)
  const done = Number(/actually processed: (\d+)/.exec(stdout)?.[1] ?? '0')
  const perSecond = Number(/tps = ([\d.]+)/.exec(stdout)?.[1] ?? '0')
  if (done === 0 || perSecond === 0) throw new Error(`pgbench said nothing that is understood: ${stdout}`)
  return { done, perSecond, cpuSeconds: Number.NaN }
}
