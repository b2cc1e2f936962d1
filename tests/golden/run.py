# SPDX-License-Identifier: Apache-2.0
"""Plays the golden cases: run.py [--accept] [PATH...]

A case is a file METHOD/NAME.case: what it shows, [setup] and [request] in the language of the contract's vectors, then
[answer], the answer byte for byte, and [store], what the request changed. Each case has a server of its own, started
with --strict and --seed 42, its clock standing still. Credentials are replaced by their kind and length, and by that
their grammar is checked: one that does not fit its grammar stays visible and differs. --accept writes what came.

Every method of src/api/methods.c and every row of src/oauth/errors.def must be reached by a case; later.tsv names those
of later issues."""

import base64
import glob
import json
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))

import fixture
from language import Request, words
from play import Player, table
from server import ROOT, Server
from steps import World
from tap import Report

NOON = "2026-11-23T12:00:00Z"
KINDS = ("enterprises", "workspaces", "users", "apps", "installs", "tokens")
CREDENTIALS = [  # contract formats.md 3.2, in JSON or not
    ("bot-token", r"xoxb-1\d{9}-\d{10}-[0-9A-Za-z]{24}"),
    ("user-token", r"xoxp-1\d{9}-\d{10}-\d{13}-[0-9a-f]{32}"),
    ("rotating-bot-token", r"xoxe\.xoxb-1-[0-9A-Za-z]{166}"),
    ("rotating-user-token", r"xoxe\.xoxp-1-[0-9A-Za-z]{166}"),
    ("refresh-token", r"xoxe-1-[0-9A-Za-z]{146}"),
    ("code", r"1\d{9}\.\d{10}\.[0-9a-f]{64}"),
    ("app-secret", r'(?<=_secret":")[0-9a-f]{32}|(?<=_secret": ")[0-9a-f]{32}'),
    ("verification-token", r'(?<="verification_token":")[0-9A-Za-z]{24}'),
    ("webhook-secret", r"(?<=0[0-9A-Z]{12}/)[0-9A-Za-z]{24}|(?<=0[0-9A-Z]{12}\\/)[0-9A-Za-z]{24}"),
]


class Case:
    """A case file: title, setup, request column, and what is expected so far."""

    def __init__(self, path):
        self.path = path
        with open(path, encoding="utf-8") as file:
            parts = re.split(r"^\[(setup|request|answer|store)\]\n", file.read(), flags=re.MULTILINE)
        self.title = parts[0].strip()
        self.parts = dict(zip(parts[1::2], parts[2::2]))
        self.setup = " ".join(self.parts.get("setup", "").split()) or "-"
        self.column = self.parts["request"][:-1]

    def expected(self):
        return self.parts.get("answer", "") + "[store]\n" + self.parts.get("store", "")

    def accept(self, came):
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(f"{self.title}\n")
            if "setup" in self.parts:
                file.write("[setup]\n" + self.parts["setup"])
            file.write(f"[request]\n{self.column}\n[answer]\n{came}")


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()


def open_id_token(match):
    """Header and payload of an id token, readable, without what comes from the key and the access token."""
    header, payload, signature = match.groups()
    header = re.sub(r'"kid":"[\w-]{43}"', '"kid":"{kid}"', decoded(header))
    payload = re.sub(r'"at_hash":"[\w-]{22}"', '"at_hash":"{at-hash}"', decoded(payload))
    return f"{{id-token {header} {payload} signature:{len(signature)}}}"


def mask(text, apps, server):
    """The text without what differs from run to run or looks like a secret."""
    text = re.sub(r"(eyJ[\w-]+)\.(eyJ[\w-]+)\.([\w-]+)", open_id_token, text)
    text = re.sub(r'"n":"[\w-]{342}"', '"n":"{modulus}"', re.sub(r'"kid":"[\w-]{43}"', '"kid":"{kid}"', text))
    for name, grammar in CREDENTIALS:
        text = re.sub(grammar, lambda m, name=name: "{%s:%d}" % (name, len(m.group(0))), text)
    for name, app in apps.items():
        text = text.replace(app["id"], "{%s.app}" % name).replace(app["client_id"], "{%s.id}" % name)
    text = re.sub(r'(?<=")A0[0-9A-Z]{9}(?=")', "{new-app}", text)  # those of no fixture app
    text = re.sub(r"\b1\d{9}\.\d{10}\b(?!\.)", "{new-id}", text)
    for address, name in ((server.listen, "{listen}"), (server.admin, "{admin}")):
        text = text.replace(address, name).replace(":" + address.rsplit(":", 1)[1], ":{port}")
    text = re.sub(r"(?m)^Date: .* GMT$", "Date: {date}", text)
    text = re.sub(r"(pages\.css\?v=)[0-9a-f]{8}", r"\1{style}", text)
    return re.sub(r"(?m)^(X-Slack-Req-Id: |<p>Request <code>)[0-9a-f]{32}", r"\1{request-id}", text)


def listing(admin):
    """Every object of the store as one line, but for when it was last used, which nobody waits for."""
    lines = []
    for kind in KINDS:
        answer = admin.get(kind)
        objects = answer if isinstance(answer, list) else next(v for v in answer.values() if isinstance(v, list))
        kept = [{key: value for key, value in item.items() if key != "last_used"} for item in objects]
        lines += [f"{kind} {json.dumps(item, sort_keys=True)}" for item in kept]
    return lines


def difference(before, after):
    gone = [line for line in before if line not in after]
    new = [line for line in after if line not in before]
    return "".join(f"- {line}\n" for line in gone) + "".join(f"+ {line}\n" for line in new)


def as_text(answer):
    head = f"HTTP/1.1 {answer.status} {answer.reason}\n" + "".join(f"{k}: {v}\n" for k, v in answer.headers)
    return f"{head}\n{answer.text()}\n"


def play(case):
    """What came, masked, and the raw answer."""
    apps = fixture.apps(seed=42)
    with tempfile.TemporaryDirectory() as folder:
        seed = os.path.join(folder, "seed.json")
        fixture.write_seed(seed, apps)
        with Server("--seed-file", seed, "--strict", "--seed", "42") as server:
            world = World(server, apps)
            world.admin.clock(set=NOON)
            times = 1
            for word, subject, options in words(case.setup):
                if word == "times":
                    times = int(subject)
                else:
                    world.do(word, subject, options)
            world.limits(True)
            before = listing(world.admin)
            for _ in range(times):
                answer = Player(world, []).send(Request(case.column, world.names), watch_end=False)
            after = listing(world.admin)
            return mask(as_text(answer) + "[store]\n" + difference(before, after), apps, server), answer


def reached_by(answer):
    """The error and warning names of an answer."""
    names = {answer.header("X-OAuth-Error")}
    names |= set(re.findall(r'"(?:error|warning)":"(\w+)"', answer.text()))
    names |= set(re.findall(r"[?&]error=(\w+)", answer.header("Location") or ""))
    return names - {None}


def unreached(found, methods_seen):
    """Rows of the two tables that no case reaches, as problems."""
    later = {line["what"]: line["reason"] for line in table(os.path.join(HERE, "later.tsv"))}
    with open(os.path.join(ROOT, "src", "oauth", "errors.def"), encoding="utf-8") as file:
        errors = re.findall(r'^X\(\w+, "(\w+)"', file.read(), re.MULTILINE)
    with open(os.path.join(ROOT, "src", "api", "methods.c"), encoding="utf-8") as file:
        methods = re.findall(r'\.name = "((?:\w+\.)+\w+)"', file.read())
    if not errors or not methods:
        return ["the tables of the source could not be read"]
    problems = [f"error {name}: no case reaches it" for name in errors if name not in found and name not in later]
    problems += [f"method {name}: no case" for name in methods if name not in methods_seen]
    problems += [f"{name} is reached, but listed in later.tsv: take it out there" for name in later if name in found]
    return problems + [f"later.tsv: no error {name}" for name in later if name not in errors]


def same_twice():
    """--seed N: two servers with the same seed answer the same bytes, tokens included."""
    case = Case(os.path.join(HERE, "oauth.v2.access", "ok_rotation.case"))
    first, second = play(case)[1], play(case)[1]
    assert first.body == second.body, (first.text(), second.text())


def main():
    accept = "--accept" in sys.argv[1:]
    chosen = [os.path.abspath(path) for path in sys.argv[1:] if path != "--accept"]
    report, found, methods = Report(), set(), set()
    paths = sorted(glob.glob(os.path.join(HERE, "*", "*.case")))
    for path in [path for path in paths if not chosen or path in chosen]:
        case = Case(path)
        name = os.path.relpath(path, HERE).removesuffix(".case")
        methods.add(os.path.dirname(name))
        try:
            came, answer = play(case)
        except Exception as problem:  # a case that cannot be played is a failed case
            report.not_ok(name, f"{type(problem).__name__}: {problem}")
            continue
        found |= reached_by(answer)
        if re.search(r"xox[a-z]-\d", came):
            report.not_ok(name, "a credential outside its grammar:\n" + came)
        elif accept:
            case.accept(came)
            report.ok(name + " (accepted)")
        elif came == case.expected():
            report.ok(name)
        else:
            report.not_ok(name, f"{case.title}\nwanted:\n{case.expected()}\ncame:\n{came}")
    if not chosen:
        report.check("every method and error has a case", unreached(found, methods))
        report.run("--seed makes the same tokens twice", same_twice)
    report.finish()


main()
