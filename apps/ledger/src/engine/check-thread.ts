// The thread behind BlockChecker: a few pages ahead of who takes them, so that its memory is bounded.
import { EventEmitter, once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { createDatabase } from '@huitong/platform/database'
import { installNativeHash } from '@huitong/platform/verifier'
import { invariant } from '@huitong/primitives'
import { PgBlockStore } from '../block/block-store.pg.js'
import type { CheckAnswer, CheckThreadData } from './block-checker.js'
import { checkedPages } from './checked-pages.js'

/** Pages sent and not yet taken, each of a few megabytes. */
const AHEAD = 8

invariant(parentPort !== null, 'this file is a thread')
const port = parentPort
// the border: what block-checker.ts gave to this thread
const { url, schema, ...range } = workerData as CheckThreadData
installNativeHash()
const database = createDatabase({ url, schema, migrations: [], pool: 2, name: `${schema}-replay` })
const waiting = { pages: 0, taken: new EventEmitter() }
port.on('message', () => {
  waiting.pages -= 1
  waiting.taken.emit('taken')
})
port.postMessage(await work(), [])

async function work(): Promise<CheckAnswer> {
  try {
    await database.initialize()
    for await (const page of checkedPages(new PgBlockStore(database), range)) {
      while (waiting.pages >= AHEAD) await once(waiting.taken, 'taken')
      waiting.pages += 1
      port.postMessage({ page } satisfies CheckAnswer, [page.bytes.buffer, page.ends.buffer])
    }
    return { ended: undefined }
  } catch (error) {
    return { ended: error instanceof Error ? error.message : String(error) }
  }
}
