# SPDX-License-Identifier: Apache-2.0
"""Plays a row of vectors.tsv or errors.tsv: setup, request, comparison."""

import contextlib
import os
import tempfile

import fixture
from admin import Refused
from always import Always
from language import Expectation, Request, words
from server import ROOT, Server
from steps import SetupFailed, World, consent
from wire import Closed, Connection, request_bytes

PAGES = ("/oauth/", "/openid/connect/")
RUNNER_WORDS = ("times", "parallel", "after")


def contract(name):
    """The path of a contract file, or None when the contract is not beside this checkout."""
    shared = os.environ.get("HALLPASS_SHARED") or os.path.join(os.path.dirname(ROOT), "shared")
    path = os.path.join(shared, "contract", name)
    return path if os.path.exists(path) else None


def table(path):
    """A tab separated file as dictionaries by its first line; lines that start with # are comments."""
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]
    names = lines[0].split("\t")
    return [dict(zip(names, line.split("\t"), strict=True)) for line in lines[1:]]


@contextlib.contextmanager
def running_world():
    """The fixture world on a server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        apps = fixture.apps()
        seed = os.path.join(folder, "seed.json")
        fixture.write_seed(seed, apps)
        with Server("--seed-file", seed) as server:
            yield World(server, apps)


class Player:
    def __init__(self, world, rows):
        self.world = world
        self.rows = {row["id"]: row for row in rows}
        self.always = Always()

    def play(self, row):
        """Everything that is wrong with a row, as lines; empty: it passes."""
        chain = [row]
        while (after := self._runner_words(chain[0]).get("after")):
            chain.insert(0, self.rows[after])
        try:
            self.world.fresh()
            for link in chain:
                found = self._link(link)
                if found and link is not row:
                    return [f"{link['id']}, which this row continues, did not pass:", *found]
        except (SetupFailed, Refused, KeyError, StopIteration) as problem:
            return [f"setup: {type(problem).__name__} {problem}"]
        except Closed:
            self.world.reconnect()
            return ["the connection was closed without an answer"]
        return found

    @staticmethod
    def _runner_words(row):
        return {word: subject for word, subject, _ in words(row["setup"]) if word in RUNNER_WORDS}

    def _link(self, row):
        self.world.limits(False)
        for word, subject, options in words(row["setup"]):
            if word not in RUNNER_WORDS:
                self.world.do(word, subject, options)
        self.world.limits(True)
        request = Request(row["request"], self.world.names)
        status = None if row["expect_http"] == "-" else int(row["expect_http"])
        expectation = Expectation(status, row["expect_json"], self.world.names)
        todo = self._runner_words(row)
        if "parallel" in todo:
            return self._race(request, expectation, int(todo["parallel"]))
        found = []
        for _ in range(int(todo.get("times", 1))):
            answer = self.send(request, "@closed" in expectation.members)
            found += self.always.problems(request.target, answer)
        return found + expectation.problems(answer)

    def _bytes(self, request):
        headers = request.headers
        if request.verb == "GET" and request.target.lstrip("/").startswith(tuple(p[1:] for p in PAGES)):
            headers = [*headers, consent(self.world.person)]
        return request_bytes(request.verb, request.target, headers, request.body)

    def send(self, request, watch_end):
        """One answer, on a connection of its own when its end matters."""
        if not (watch_end or request.is_cut_short()):
            self.world.api.send(self._bytes(request))
            answer = self.world.api.read(request.verb)
            if (answer.header("Connection") or "").lower() == "close":
                self.world.reconnect()
            return answer
        with Connection(self.world.server.listen) as connection:
            connection.send(self._bytes(request))
            answer = connection.read(request.verb)
            answer.closed = watch_end and connection.at_end()
            return answer

    def _race(self, request, expectation, count):
        data = self._bytes(request)
        connections = [Connection(self.world.server.listen) for _ in range(count)]
        for connection in connections:
            connection.send(data)
        answers = [connection.read(request.verb) for connection in connections]
        for connection in connections:
            connection.close()
        found = [line for answer in answers for line in self.always.problems(request.target, answer)]
        winners = [answer for answer in answers if not expectation.problems(answer)]
        if len(winners) != 1:
            found.append(f"{len(winners)} of {count} parallel calls won")
        for answer in answers:
            if answer not in winners:
                found += expectation.others().problems(answer)
        return found
