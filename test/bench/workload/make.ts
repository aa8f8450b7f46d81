// Makes workloads outside the timed part: one process lays the transfers out, as many as there are cores sign them. Kept in the folder of
// temporary files under a name made from the plan, complete or not at all.
import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { runTask } from '../task.js'
import { encodingOf } from './transactions.js'
import { FIXED_BASE, type Plan, type Workload, cacheFolder, folderOf } from './plan.js'

const STALE_MS = 12 * 60 * 60 * 1000

/** Answers the workload of this plan, from the cache if it is there. */
export async function workload(plan: Plan): Promise<Workload> {
  const folder = folderOf(plan, encodingOf(plan))
  const meta = path.join(folder, 'workload.json')
  // the border: a file that only this function writes
  if (fs.existsSync(meta)) return JSON.parse(fs.readFileSync(meta, 'utf8')) as Workload
  forgetStale()
  fs.rmSync(folder, { recursive: true, force: true })
  const draft = `${folder}.${process.pid}`
  fs.mkdirSync(draft, { recursive: true })
  const made = await runTask('layOut', { plan, folder: draft })
  const parts = Math.min(os.availableParallelism(), 8)
  await Promise.all(Array.from({ length: parts }, (_, part) => runTask('signPart', { plan, folder: draft, part, parts })))
  const whole: Workload = { plan, folder, ...made }
  fs.writeFileSync(path.join(draft, 'workload.json'), JSON.stringify(whole))
  fs.renameSync(draft, folder)
  return whole
}

/** Workloads of a past hour serve nobody any more. */
function forgetStale(): void {
  const cache = cacheFolder()
  for (const name of fs.existsSync(cache) ? fs.readdirSync(cache) : []) {
    const meta = path.join(cache, name, 'workload.json')
    if (!fs.existsSync(meta)) continue
    // the border: a file that only the function above writes
    const { plan } = JSON.parse(fs.readFileSync(meta, 'utf8')) as Workload
    const isStale = plan.base !== FIXED_BASE && Date.now() - plan.base > STALE_MS
    if (isStale) fs.rmSync(path.join(cache, name), { recursive: true, force: true })
  }
}
