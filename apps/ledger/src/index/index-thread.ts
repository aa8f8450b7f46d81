// The thread that writes the index, with its own connection: decoding and inserting cost more time than ordering, which must not wait for them.
import { parentPort, workerData } from 'node:worker_threads'
import { createDatabase } from '@huitong/platform/database'
import { installNativeHash } from '@huitong/platform/verifier'
import { type ChainId, invariant } from '@huitong/primitives'
import type { IndexAnswer, IndexQuestion, IndexThreadData } from './index-store.thread.js'
import { PgIndexStore } from './index-store.pg.js'

invariant(parentPort !== null, 'this file is a thread')
const port = parentPort
// the border: what index-store.thread.ts gave to this thread
const { url, schema, chain } = workerData as IndexThreadData & { readonly chain: ChainId }
installNativeHash()
const database = createDatabase({ url, schema, migrations: [], pool: 2, name: `${schema}-index` })
const store = new PgIndexStore(database, chain)

port.on('message', (question: IndexQuestion) => {
  void answer(question).then((reply) => port.postMessage(reply, []))
})

async function answer(question: IndexQuestion): Promise<IndexAnswer> {
  try {
    if (!database.isInitialized) await database.initialize()
    return {
      ok: true,
      cursor: question.blocks === undefined ? await store.cursor() : await store.add(question.blocks, question.cursor),
    }
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    return { ok: false, name, message }
  }
}
