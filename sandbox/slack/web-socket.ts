import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** What a WebSocket server appends to the client's key: https://www.rfc-editor.org/rfc/rfc6455#section-1.3 */
const handshakeSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const opcodes = { continuation: 0, text: 1, close: 8, ping: 9, pong: 10 } as const;

interface Frame {
  readonly final: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
  readonly length: number;
}

/** The first frame of what has arrived; undefined: not all of it has. Clients mask their frames. */
function frameOf(data: Buffer): Frame | undefined {
  if (data.length < 2) return undefined;
  const [first, second] = [data.readUInt8(0), data.readUInt8(1)];
  const short = second & 0x7f;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (data.length < start + 4) return undefined;
  const size = short === 126 ? data.readUInt16BE(2) : short === 127 ? Number(data.readBigUInt64BE(2)) : short;
  const length = start + 4 + size;
  if (data.length < length) return undefined;
  const mask = data.subarray(start, start + 4);
  const payload = Buffer.from(
    data.subarray(start + 4, length).map((byte, index) => byte ^ (mask[index % 4] ?? 0)),
  );
  return { final: (first & 0x80) !== 0, opcode: first & 0x0f, payload, length };
}

function encode(opcode: number, payload: Buffer): Buffer {
  const size = payload.length;
  const head = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10);
  head.writeUInt8(0x80 | opcode, 0);
  head.writeUInt8(size < 126 ? size : size < 65_536 ? 126 : 127, 1);
  if (head.length === 4) head.writeUInt16BE(size, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(size), 2);
  return Buffer.concat([head, payload]);
}

/** The server's end of a WebSocket, as far as Socket Mode needs it: text both ways, pings answered. */
export class WebSocketConnection {
  onText: (text: string) => void = () => undefined;
  onEnd: () => void = () => undefined;
  readonly #socket: Duplex;
  #received = Buffer.alloc(0);
  #parts: Buffer[] = [];

  private constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on('data', (data: Buffer) => this.#take(data));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.onEnd());
  }

  /** Answers the handshake. */
  static accept(request: IncomingMessage, socket: Duplex): WebSocketConnection {
    const key = request.headers['sec-websocket-key'] ?? '';
    const accept = createHash('sha1')
      .update(key + handshakeSuffix)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    return new WebSocketConnection(socket);
  }

  send(text: string): void {
    this.#socket.write(encode(opcodes.text, Buffer.from(text)));
  }

  /** Says goodbye; the client then closes. */
  close(): void {
    this.#socket.write(encode(opcodes.close, Buffer.from([0x03, 0xe8])));
  }

  /** Cuts the connection without a word. */
  drop(): void {
    this.#socket.destroy();
  }

  #take(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    for (let frame = frameOf(this.#received); frame; frame = frameOf(this.#received)) {
      this.#received = this.#received.subarray(frame.length);
      this.#answer(frame);
    }
  }

  #answer({ final, opcode, payload }: Frame): void {
    if (opcode === opcodes.ping) this.#socket.write(encode(opcodes.pong, payload));
    if (opcode === opcodes.close) this.#socket.end(encode(opcodes.close, payload));
    if (opcode !== opcodes.text && opcode !== opcodes.continuation) return;
    this.#parts.push(payload);
    if (!final) return;
    const text = Buffer.concat(this.#parts).toString('utf8');
    this.#parts = [];
    this.onText(text);
  }
}
