// What a command on this machine uses in place of the browser's means: libsodium for signatures and OpenSSL for hashes, under the same rule R, and
// plain connections that stay open. Checks nothing less: the verifier answers as the browser's does on every input.
import { Agent, request } from 'node:http'
import { type Bytes, type PublicKey, type Signature, hexOf } from '@huitong/primitives'
import type { Signer } from '@huitong/chain'
import { installNativeHash, nativePublicKey, nativeSign, nativeVerifier } from '@huitong/launcher'
import { type ClientOptions, type Fetch, HubClient } from '@huitong/sdk'

installNativeHash()

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** A client of the hub that verifies natively. */
export const nativeHub = (options: ClientOptions): HubClient =>
  new HubClient({ verifier: nativeVerifier, ...(options.url.startsWith('http:') ? { fetch: plainFetch } : {}), ...options })

export const nativeSigner = (secret: Bytes): Signer => ({
  publicKey: hexOf<PublicKey>(nativePublicKey(secret)),
  sign: (message: Bytes) => hexOf<Signature>(nativeSign(message, secret)),
})

/** A request over HTTP without what a browser's `fetch` brings along. */
const plainFetch: Fetch = (address, { method, headers, signal, body }) =>
  new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const sent = request(address, { method, agent, signal, headers: { ...headers, ...length } }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', (error) => reject(timedOut(signal, error)))
      response.on('end', () => {
        const status = response.statusCode ?? 0
        const bytes = Buffer.concat(parts)
        const arrayBuffer = async (): Promise<ArrayBuffer> => new Uint8Array(bytes).buffer
        if (!response.complete) reject(new Error('the answer broke off'))
        else resolve({ ok: status >= 200 && status < 300, status, text: async () => bytes.toString('utf8'), arrayBuffer })
      })
    })
    sent.on('error', (error) => reject(timedOut(signal, error)))
    sent.end(body)
  })

/** The reason of an abort, which says that it was a timeout. */
const timedOut = (signal: AbortSignal, error: Error): unknown => (signal.aborted ? signal.reason : error)
