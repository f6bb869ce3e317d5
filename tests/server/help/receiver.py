"""A web server for tests of what reaches others: it answers as it is told to, and remembers what it was sent."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """What a path answers."""

    status: int = 200
    body: bytes = b""
    headers: dict = field(default_factory=dict)
    wait_s: float = 0.0


@dataclass
class Seen:
    """A request that came."""

    method: str
    path: str
    headers: dict
    body: bytes


class Receiver:
    """`answers` maps paths to a list of answers; the last one stays. `tls` is an SSL context."""

    def __init__(self, tls=None):
        receiver, self.seen, self.answers, self.closing = self, [], {}, threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.seen.append(Seen(self.command, self.path, headers, body))
                told = receiver.answers.get(self.path, [Answer()])
                answer = told.pop(0) if len(told) > 1 else told[0]
                receiver.closing.wait(answer.wait_s)
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                    if value is not None:
                        self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_POST = answer  # noqa: N815

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # a client that hangs up is no error here
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_port
        self.url = f"{'http' if tls is None else 'https'}://localhost:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def close(self):
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
