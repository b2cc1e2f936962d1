# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 over a raw socket: exact bytes out, exact bytes in. Knows no default header, follows no redirect."""

import socket


class Closed(Exception):
    """The server closed the connection before a whole answer was there."""


class Response:
    """One answer. `headers` keeps order and spelling; look one up with header()."""

    def __init__(self, status, reason, headers, body):
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body

    def header(self, name):
        """The value of the first header of that name, or None."""
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value
        return None

    def text(self):
        return self.body.decode("utf-8", "surrogateescape")


class Connection:
    """A keep-alive connection to `address` ("127.0.0.1:4480")."""

    def __init__(self, address, timeout=20):
        host, port = address.rsplit(":", 1)
        self.sock = socket.create_connection((host, int(port)), timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, data):
        self.sock.sendall(data)

    def _more(self):
        try:
            data = self.sock.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            raise Closed()
        self.buffer += data

    def _line(self):
        while b"\r\n" not in self.buffer:
            self._more()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line.decode("latin-1")

    def _take(self, size):
        while len(self.buffer) < size:
            self._more()
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def _chunked(self):
        body = b""
        while True:
            size = int(self._line().split(";")[0], 16)
            body += self._take(size)
            self._line()
            if size == 0:
                return body

    def _body(self, status, headers, verb):
        fields = {name.lower(): value for name, value in headers}
        if verb == "HEAD" or status in (204, 304):
            return b""
        if fields.get("transfer-encoding", "").lower() == "chunked":
            return self._chunked()
        if "content-length" in fields:
            return self._take(int(fields["content-length"]))
        try:
            while True:
                self._more()
        except Closed:
            body, self.buffer = self.buffer, b""
            return body

    def read(self, verb="GET"):
        """Reads one answer to a request of that verb; interim 1xx answers are skipped."""
        while True:
            _, status, reason = (self._line() + "  ").split(" ", 2)
            headers = []
            while line := self._line():
                name, value = line.split(":", 1)
                headers.append((name, value.strip()))
            if not status.startswith("1"):
                return Response(int(status), reason.strip(), headers, self._body(int(status), headers, verb))

    def at_end(self):
        """Waits for the server to close; False when it sends something or the timeout ends."""
        if self.buffer:
            return False
        try:
            return self.sock.recv(1) == b""
        except ConnectionResetError:
            return True
        except socket.timeout:
            return False

    def call(self, verb, target, headers=(), body=b""):
        """One request with Host and, for a body, Content-Length."""
        self.send(request_bytes(verb, target, headers, body))
        return self.read(verb)


def request_bytes(verb, target, headers=(), body=b""):
    """The bytes of a request. Host, and Content-Length for a body, are added unless given."""
    names = {name.lower() for name, _ in headers}
    lines = [f"{verb} {target} HTTP/1.1"]
    if "host" not in names:
        lines.append("Host: 127.0.0.1")
    lines += [f"{name}: {value}" for name, value in headers]
    if body and "content-length" not in names and "transfer-encoding" not in names:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def once(address, verb, target, headers=(), body=b"", timeout=20):
    """One request on a connection of its own."""
    with Connection(address, timeout) as connection:
        return connection.call(verb, target, headers, body)
