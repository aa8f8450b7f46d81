// Makes workloads outside the timed part: one process lays the transfers out, as many as there are cores sign them. Kept in the folder of
// temporary files under a name made from the plan, complete or not at all.
import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { runTask } from '../task.js'
import { type Plan, type Workload, folderOf } from './plan.js'

/** Answers the workload of this plan, from the cache if it is there. */
export async function workload(plan: Plan): Promise<Workload> {
  const folder = folderOf(plan)
  const meta = path.join(folder, 'workload.json')
  // the border: a file that only this function writes
  if (fs.existsSync(meta)) return JSON.parse(fs.readFileSync(meta, 'utf8')) as Workload
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
