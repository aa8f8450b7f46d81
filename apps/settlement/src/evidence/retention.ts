// Destroys files of evidence some time after their dispute has ended: every sealed piece, and the key of the case, without which no copy of a piece can be
// opened. What the case says of a file (name, size, hash) stays; each destruction is on the audit log.
import { appendAudit, counter, faultFields, log, rows, runUnit } from '@huitong/platform'
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { HubClock } from '../clock/hub-clock.js'
import { typedId } from '../deal/id.js'
import { TERMS, type Terms } from '../terms.js'

const ROUND_MS = 10 * 60_000
/** Cases of one unit of work. */
const CASES_MAX = 20

const destroyed = counter(
  'huitong_evidence_destroyed_total',
  'Cases whose files of evidence were destroyed after their time.',
  [],
)

@Injectable()
export class EvidenceRetention implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined
  #round: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly database: DataSource,
    private readonly clock: HubClock,
    @Inject(TERMS) private readonly terms: Terms,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#round = this.destroy().catch((error: unknown) => log.warn('evidence.retention.failed', faultFields(error)))
    }, ROUND_MS)
    this.#timer.unref()
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer)
    await this.#round
  }

  /** Everything that is due. Answers the disputes (`dsp_…`) whose files are gone. */
  async destroy(): Promise<readonly string[]> {
    const all: string[] = []
    for (;;) {
      const some = await this.#destroySome()
      all.push(...some)
      if (some.length < CASES_MAX) return all
    }
  }

  #destroySome(): Promise<readonly string[]> {
    return runUnit(this.database, { lostCommit: 'again' }, async (unit) => {
      const at = this.clock.now()
      const { evidenceKeptMs } = this.terms
      // one statement: a case without its key keeps no piece, and two processes never destroy one case twice
      const gone = await rows<{ dispute: string; pieces: string }>(
        unit,
        `with due as (select k.dispute from evidence_key k join deal d on d.id = k.dispute
             where d.is_final and d.updated_at <= $1 order by k.dispute limit $2 for update of k skip locked),
           unsealed as (delete from evidence_key k using due where k.dispute = due.dispute returning k.dispute),
           pieces as (delete from evidence_piece p using unsealed where p.dispute = unsealed.dispute returning p.dispute)
         select unsealed.dispute, (select count(*) from pieces where pieces.dispute = unsealed.dispute)::text as pieces from unsealed`,
        [at - evidenceKeptMs, CASES_MAX],
      )
      const ids: string[] = []
      for (const { dispute, pieces } of gone) {
        const subject = typedId('dsp', dispute)
        const detail = { pieces, keptMs: evidenceKeptMs }
        await appendAudit(unit, { at, actor: 'hub', action: 'evidence.destroyed', subject, detail })
        ids.push(subject)
      }
      destroyed.inc({}, ids.length)
      return ids
    })
  }
}
