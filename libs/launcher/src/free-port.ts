// Ports on 127.0.0.1. A port found free may be taken a moment later: whoever binds it must be ready to be refused and ask again.
import net from 'node:net'

/** The first of the wished ports that is free, else one the system chooses. */
export async function freePort(...wished: readonly (number | undefined)[]): Promise<number> {
  for (const port of wished) {
    if (port !== undefined && port > 0 && (await bind(port)) !== undefined) return port
  }
  const port = await bind(0)
  if (port === undefined) throw new Error('no free port on 127.0.0.1')
  return port
}

function bind(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined))
    })
  })
}
