// The bench as a machine reads it: every line of the documented form, the summary last, books checked. Its figures mean nothing at this size.
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { BARE, ROOT, requireBuild } from './house.js'

const PEERS = ['raw-verification', 'typeorm', 'sql', 'plpgsql', 'btc', 'visa']

it('prints one line per row, metric and peer, then the summary, and writes the report', () => {
  requireBuild()
  const report = fs.mkdtempSync(path.join(os.tmpdir(), 'huitong-bench-report-'))
  const words = ['--tiny', '--json', '--rows', 'ledger.transfer', '--report', report]
  const { stdout, stderr, status } = spawnSync(process.execPath, [path.join(ROOT, 'dist/test/bench/main.js'), ...words], {
    cwd: ROOT,
    env: BARE,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  expect(status, stderr).toBe(0)
  const said = stdout
    .trimEnd()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line))
  const [summary, lines] = [said.at(-1), said.slice(0, -1)]
  for (const line of lines) {
    expect(Object.keys(line)).toEqual(['row', 'metric', 'value', 'unit', 'peer', 'peerValue', 'ratio'])
    expect(line).toMatchObject({ row: 'ledger.transfer', value: expect.any(Number), unit: expect.any(String) })
    const quotient = Number(line['value']) / Number(line['peerValue'])
    expect(Number(line['ratio']) / quotient).toBeCloseTo(1, 2)
  }
  expect(lines.flatMap(({ metric, peer }) => (metric === 'perSecond' ? [peer] : []))).toEqual(PEERS)
  // the ledger and three peers, two of them tried at more than one setting
  expect(summary).toMatchObject({ summary: true, ok: true, quick: true, passes: 1, lost: 0, problems: [], failed: [], report })
  expect(Number(summary?.['checks'])).toBeGreaterThan(4)
  expect(fs.readdirSync(report).sort()).toEqual(['ratios.svg', 'results.json', 'table.md', 'throughput.svg'])
  expect(fs.readFileSync(path.join(report, 'table.md'), 'utf8')).toContain('nothing lost, all books add up')
  fs.rmSync(report, { recursive: true })
})

it('refuses a row that there is not, naming those there are', () => {
  requireBuild()
  const words = [path.join(ROOT, 'dist/test/bench/main.js'), '--rows', 'ledger.cold']
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { env: BARE, encoding: 'utf8' })
  expect({ stdout, status }).toEqual({ stdout: '', status: 2 })
  expect(stderr).toContain('no row is called ledger.cold; there are ledger.transfer')
})
