import net from 'node:net';

/** What one proxy does to the bytes that pass. */
export interface Disturbance {
  /** Answers wait this long; 0 for none. */
  delay_ms: number;
  /**
   * Breaks the connection in place of the next answer to a request whose first line and headers match,
   * `times` times.
   */
  cut: { request: RegExp; times: number } | null;
}

const QUIET: Disturbance = { delay_ms: 0, cut: null };

/**
 * A TCP proxy on loopback between the stack's programs and one of its services. The request always arrives;
 * what is lost or late is the answer, the half of the exchange that tells whether something was done.
 */
export class Proxy {
  private disturbance: Disturbance = QUIET;
  /** Answers cut since the last `disturb`. */
  cuts = 0;
  /** Pieces of answers held back since then. */
  delayed = 0;
  private readonly server: net.Server;
  private readonly open = new Set<net.Socket>();

  constructor(
    private readonly listenPort: number,
    private readonly targetPort: number,
  ) {
    this.server = net.createServer((client) => this.serve(client));
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.listenPort, '127.0.0.1', resolve);
    });
  }

  disturb(disturbance: Partial<Disturbance>): void {
    this.disturbance = { ...QUIET, ...disturbance };
    this.cuts = 0;
    this.delayed = 0;
  }

  calm(): void {
    this.disturbance = QUIET;
  }

  async close(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(client: net.Socket): void {
    const target = net.connect(this.targetPort, '127.0.0.1');
    let isCut = false;
    this.track(client, target);
    client.on('data', (bytes) => {
      if (this.takesCut(bytes)) isCut = true;
      if (!target.write(bytes)) pauseUntilDrained(client, target);
    });
    target.on('data', (bytes) => {
      if (isCut) return this.cutAnswer(client, target);
      this.answer(client, target, bytes);
    });
    client.on('end', () => target.end());
    target.on('end', () => this.after(() => client.end()));
  }

  private takesCut(bytes: Buffer): boolean {
    const { cut } = this.disturbance;
    if (!cut || cut.times <= 0 || !cut.request.test(bytes.subarray(0, 600).toString('latin1'))) return false;
    cut.times -= 1;
    return true;
  }

  /** The service has answered, so it has done the work; the caller never gets the answer. */
  private cutAnswer(client: net.Socket, target: net.Socket): void {
    this.cuts += 1;
    client.destroy();
    target.destroy();
  }

  private answer(client: net.Socket, target: net.Socket, bytes: Buffer): void {
    if (this.disturbance.delay_ms > 0) {
      this.delayed += 1;
      return this.after(() => void (client.destroyed || client.write(bytes)));
    }
    if (!client.write(bytes)) pauseUntilDrained(target, client);
  }

  /** Equal delays keep the order: timers of one length fire as they were set. */
  private after(act: () => void): void {
    if (this.disturbance.delay_ms === 0) return act();
    setTimeout(act, this.disturbance.delay_ms);
  }

  private track(client: net.Socket, target: net.Socket): void {
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      this.open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.open.delete(socket);
        if (socket.errored) other.destroy();
      });
    }
  }
}

function pauseUntilDrained(from: net.Socket, to: net.Socket): void {
  from.pause();
  to.once('drain', () => from.resume());
}
