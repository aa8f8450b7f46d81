import { HttpClient } from '../client/http.js'
import { until } from './waiting.js'

const http = new HttpClient({ url: 'http://127.0.0.1:1' })

describe('waiting for a deal', () => {
  test('asks for the version after the one it has seen, without a pause between news', async () => {
    const asked: (number | undefined)[] = []
    const begun = performance.now()
    const patience = { intervalMs: 5_000 }
    const ask = async (known: { readonly version: number } | undefined): Promise<{ version: number }> => {
      asked.push(known?.version)
      return { version: (known?.version ?? 0) + 1 }
    }
    expect(await until(http, 'version 4', ask, ({ version }) => version === 4, patience)).toEqual({ version: 4 })
    expect(asked).toEqual([undefined, 1, 2, 3])
    expect(performance.now() - begun).toBeLessThan(1_000)
  })

  test('does not hurry a hub that answers the same at once', async () => {
    let asked = 0
    const same = async (): Promise<{ version: number }> => {
      asked += 1
      return { version: 1 }
    }
    const wait = until(http, 'a change', same, () => false, { deadlineMs: 200, intervalMs: 50 })
    await expect(wait).rejects.toMatchObject({ code: 'waited_too_long' })
    expect(asked).toBeLessThanOrEqual(6)
  })
})
