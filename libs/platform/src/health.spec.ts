import { Health } from './health.js'
import { metricsText, metrics } from './metrics.js'

it('is ready when every check is well, and names the one that is not', async () => {
  const health = new Health('settlement')
  health.watch('bus', () => undefined)
  expect(await health.report()).toMatchObject({ name: 'settlement', ready: true, checks: [{ name: 'bus', ok: true }] })
  health.watch('database', async () => {
    throw new Error('connection refused')
  })
  expect(await health.report()).toMatchObject({
    ready: false,
    checks: [
      { name: 'bus', ok: true },
      { name: 'database', ok: false, detail: 'connection refused' },
    ],
  })
})

it('does not wait for a check that never answers', async () => {
  const health = new Health('settlement')
  health.watch('stuck', () => new Promise(() => undefined))
  expect(await health.report()).toMatchObject({ ready: false, checks: [{ name: 'stuck', detail: 'no answer' }] })
})

it('measures in Prometheus text', async () => {
  metrics.performed.inc({ kind: 'event' })
  expect(await metricsText()).toMatch(/huitong_outbox_performed_total\{.*kind="event".*\} \d+/)
})
