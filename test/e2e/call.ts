// One raw HTTP request, without the SDK's kindness: no retries, no keys made up, whatever body and headers the test wants.
export interface Sent {
  readonly method?: string
  readonly path: string
  /** API key; absent: no Authorization header. */
  readonly as?: string | undefined
  readonly authorization?: string
  /** Idempotency-Key; absent: none. */
  readonly key?: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is. */
  readonly text?: string
  readonly type?: string
}

export interface Answered {
  readonly status: number
  readonly type: string
  readonly body: Readonly<Record<string, unknown>>
  readonly text: string
  readonly replayed: boolean
}

export async function call(url: string, sent: Sent): Promise<Answered> {
  const text = sent.text ?? (sent.body === undefined ? undefined : JSON.stringify(sent.body))
  const authorization = sent.authorization ?? (sent.as === undefined ? undefined : `Bearer ${sent.as}`)
  const response = await fetch(`${url}${sent.path}`, {
    method: sent.method ?? (text === undefined ? 'GET' : 'POST'),
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(sent.key === undefined ? {} : { 'idempotency-key': sent.key }),
      ...(text === undefined ? {} : { 'content-type': sent.type ?? 'application/json' }),
    },
    ...(text === undefined ? {} : { body: text }),
  })
  const answer = await response.text()
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: answer.startsWith('{') ? JSON.parse(answer) : {},
    text: answer,
    replayed: response.headers.get('idempotency-replayed') === 'true',
  }
}
