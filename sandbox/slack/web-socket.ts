import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** Shakes hands on connections that an HTTP server hands over. */
const handshake = new WebSocketServer({ noServer: true });
const noBytes = Buffer.alloc(0);

/** The server's end of a WebSocket, as far as Socket Mode needs it. */
export class WebSocketConnection {
  onText: (text: string) => void = () => undefined;
  onEnd: () => void = () => undefined;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.onText(String(data)));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.onEnd());
  }

  /** Answers the handshake; a request that is none is refused, and `serve` not called. */
  static accept(
    request: IncomingMessage,
    socket: Duplex,
    serve: (connection: WebSocketConnection) => void,
  ): void {
    // Slack's clients say nothing before the server's hello.
    handshake.handleUpgrade(request, socket, noBytes, (accepted) => serve(new WebSocketConnection(accepted)));
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  /** Says goodbye; the client then closes. */
  close(): void {
    this.#socket.close(1000);
  }

  /** Cuts the connection without a word. */
  drop(): void {
    this.#socket.terminate();
  }
}
