// Runs in the browser: verifies receipts with the product's own code for so long, wrong ones among them to be sure that it looks, and tells the
// server how many. Must use nothing of Node.
import { browserVerifier, decodeGenesis, verifyReceipt } from '@huitong/chain'
import { utf8 } from '@huitong/primitives'

export interface Assignment {
  readonly genesis: string
  /** Receipts in JSON text. */
  readonly receipts: readonly string[]
  readonly ms: number
}

export interface Report {
  readonly verified: number
  readonly seconds: number
  readonly agent: string
  /** Why nothing was measured; absent: all went well. */
  readonly fault?: string
}

async function work(): Promise<Report> {
  // the border: what this bench's own server gives
  const assignment = (await (await fetch('/assignment')).json()) as Assignment
  const genesis = decodeGenesis(utf8(assignment.genesis))
  if (!genesis.ok) return failed(`genesis: ${genesis.code}`)
  const trusted = { genesis: genesis.value, verifier: browserVerifier }
  const receipts = assignment.receipts.map((text): unknown => JSON.parse(text))
  const bent: unknown = JSON.parse(
    (assignment.receipts[0] ?? '').replace(/"seal":"(..)/, (_, byte) => `"seal":"${byte === '00' ? '01' : '00'}`),
  )
  if (verifyReceipt(bent, trusted).ok) return failed('a receipt with a wrong seal was taken for right')
  for (const receipt of receipts.slice(0, 20)) verifyReceipt(receipt, trusted)
  const begun = performance.now()
  let verified = 0
  while (performance.now() - begun < assignment.ms) {
    const outcome = verifyReceipt(receipts[verified % receipts.length], trusted)
    if (!outcome.ok) return failed(`a right receipt was refused: ${outcome.code}`)
    verified += 1
  }
  return { verified, seconds: (performance.now() - begun) / 1_000, agent: navigator.userAgent }
}

const failed = (fault: string): Report => ({ verified: 0, seconds: 0, agent: navigator.userAgent, fault })

const report = await work().catch((error: unknown) => failed(String(error)))
await fetch('/report', { method: 'POST', body: JSON.stringify(report) })
