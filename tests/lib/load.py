# SPDX-License-Identifier: Apache-2.0
"""Many clients at once, and a journal of what each was told."""

import collections
import json
import threading
import time
from urllib.parse import urlencode

from install import authorize
from wire import Closed, Connection

FORM = ("Content-Type", "application/x-www-form-urlencoded")


class Attempt:
    """One exchange: when it was sent, and the answer, None when none came."""

    def __init__(self, code):
        self.code = code
        self.sent = time.monotonic()
        self.answer = None


def api(connection, method, token=None, **arguments):
    """The answer of a Web API method, whatever it says."""
    headers = [FORM] + ([("Authorization", "Bearer " + token)] if token else [])
    response = connection.call("POST", "/api/" + method, headers, urlencode(arguments).encode())
    return json.loads(response.body)


def exchange(connection, app, code, method="oauth.v2.access"):
    return api(connection, method, code=code, client_id=app["client_id"], client_secret=app["client_secret"])


def codes(address, app, count, **arguments):
    with Connection(address) as connection:
        return [authorize(connection, app, **arguments) for _ in range(count)]


class Load:
    """Clients that exchange codes until none is left or the server is gone. end() answers the attempts."""

    def __init__(self, address, app, to_exchange, clients=16):
        self.app, self.address = app, address
        self.left, self.journal = collections.deque(to_exchange), []
        self.answered = threading.Semaphore(0)
        self.threads = [threading.Thread(target=self._client) for _ in range(clients)]
        for thread in self.threads:
            thread.start()

    def _client(self):
        try:
            with Connection(self.address) as connection:
                while self.left:
                    self._attempt(connection)
        except (Closed, OSError, IndexError):
            return

    def _attempt(self, connection):
        attempt = Attempt(self.left.popleft())
        self.journal.append(attempt)
        attempt.answer = exchange(connection, self.app, attempt.code)
        self.answered.release()

    def wait_for(self, count):
        """Returns when so many were answered."""
        for _ in range(count):
            if not self.answered.acquire(timeout=20):
                raise AssertionError("the server answers no longer")

    def end(self):
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), "a client still waits for its answer"
        return self.journal
