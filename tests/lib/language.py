# SPDX-License-Identifier: Apache-2.0
"""The language of vectors.tsv and errors.tsv (contract/README.md): setup words, requests, expectations. Pure."""

import base64
import json
import re

ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}


def unescape(text):
    """Undoes the escapes of the request column."""
    def one(match):
        code = match.group(1)
        return chr(int(code[1:], 16)) if code[0] == "x" else ESCAPES[code]
    return re.sub(r"\\(x[0-9A-Fa-f]{2}|[nrt\\])", one, text)


def flip(value):
    """The credential with one character of its secret part changed."""
    at = len(value) - 10
    return value[:at] + ("1" if value[at] == "0" else "0") + value[at + 1:]


def _basic(text, scheme="Basic"):
    return f"Authorization: {scheme} {base64.b64encode(text.encode()).decode()}"


class Names:
    """What placeholders stand for: bound variables and the fixture apps."""

    def __init__(self, apps):
        self.apps = apps
        self.bound = {}

    def value(self, name):
        """The value of a variable or of APP.id, APP.secret, APP.app; None when it is neither."""
        if name in self.bound:
            return self.bound[name]
        app, _, field = name.partition(".")
        key = {"id": "client_id", "secret": "client_secret", "app": "id"}.get(field)
        return self.apps[app][key] if key and app in self.apps else None

    def need(self, name):
        value = self.value(name)
        if value is None:
            raise KeyError(f"no variable {name}")
        return value

    def variables(self, text):
        """Replaces {NAME} for every name that is known; other braces stay."""
        return re.sub(r"\{([A-Za-z][A-Za-z0-9_.]*)\}",
                      lambda m: m.group(0) if self.value(m.group(1)) is None else self.value(m.group(1)), text)

    def _credentials(self, app):
        return self.apps[app]["client_id"], self.apps[app]["client_secret"]

    def fill(self, text):
        """Variables first, then the other placeholders."""
        rules = [
            (r"\{form\}", lambda m: "Content-Type: application/x-www-form-urlencoded"),
            (r"\{json\}", lambda m: "Content-Type: application/json"),
            (r"\{basic:(\w+)\}", lambda m: _basic(":".join(self._credentials(m.group(1))))),
            (r"\{basiclower:(\w+)\}", lambda m: _basic(":".join(self._credentials(m.group(1))), "basic")),
            (r"\{basicpct:(\w+)\}", lambda m: _basic(
                ":".join(self._credentials(m.group(1))).replace(".", "%2E", 1))),
            (r"\{basictext:([^{}\n]*)\}", lambda m: _basic(m.group(1))),
            (r"\{bearer:([\w.]+)\}", lambda m: f"Authorization: Bearer {self.need(m.group(1))}"),
            (r"\{flip:([\w.]+)\}", lambda m: flip(self.need(m.group(1)))),
            (r"\{rep:(.)\*(\d+)\}", lambda m: m.group(1) * int(m.group(2))),
        ]
        text = self.variables(text)
        for pattern, replacement in rules:
            text = re.sub(pattern, replacement, text)
        return text


class Request:
    """A request column made ready to send."""

    def __init__(self, column, names):
        head, _, body = unescape(column).partition("\n\n")
        first, *lines = names.fill(head).split("\n")
        self.verb, self.target = first.split(" ", 1)
        self.headers = [tuple(re.split(r": ?", line, maxsplit=1)) for line in lines]
        self.body = names.fill(body).encode()

    def has(self, name):
        return any(key.lower() == name.lower() for key, _ in self.headers)

    def is_cut_short(self):
        """More is announced than is sent."""
        announced = [int(value) for key, value in self.headers if key.lower() == "content-length"]
        return bool(announced) and announced[0] > len(self.body)


WORD = re.compile(r"(?P<word>[a-z]+)(?::(?P<subject>[^()]*)(?:\((?P<options>.*)\))?)?$")


def words(setup):
    """The setup column as (word, subject, options) in order."""
    found = []
    for text in [] if setup == "-" else setup.split(" "):
        match = WORD.match(text)
        if not match:
            raise ValueError(f"setup word {text}")
        options = dict(pair.split("=", 1) for pair in (match["options"] or "").split(";") if pair)
        found.append((match["word"], match["subject"] or "", options))
    return found


class Expectation:
    """The expect columns; problems() says what differs, as a list of lines."""

    def __init__(self, status, column, names):
        self.status = status
        self.members = json.loads(column) if isinstance(column, str) else column
        self.names = names

    def others(self):
        """The expectation of the losers of a parallel row."""
        return Expectation(self.status, self.members["@others"], self.names)

    def problems(self, answer):
        """answer: a wire.Response with `closed` set when the row asks for it."""
        found = []
        if self.status is not None and answer.status != self.status:
            found.append(f"status {answer.status}, wanted {self.status}")
        members = {name: value for name, value in self.members.items() if not name.startswith("@")}
        if members:
            try:
                found += self._object("", members, json.loads(answer.body))
            except ValueError:
                found.append("the body is not JSON")
        for name, wanted in self.members.items():
            if name.startswith("@") and name != "@others":
                found += self._special(name, wanted, answer)
        return found

    def _object(self, path, wanted, got):
        if not isinstance(got, dict):
            return [f"{path or 'body'}: not an object"]
        found = []
        for name, value in wanted.items():
            where = f"{path}.{name}" if path else name
            if value == "{absent}":
                found += [f"{where} is there"] if name in got else []
            elif name not in got:
                found.append(f"{where} is absent")
            elif isinstance(value, dict):
                found += self._object(where, value, got[name])
            elif not self._equal(value, got[name]):
                found.append(f"{where} is {got[name]!r}, wanted {value!r}")
        return found

    def _equal(self, wanted, got):
        if isinstance(wanted, list) and isinstance(got, list):
            return len(wanted) == len(got) and all(
                not self._object("", w, g) if isinstance(w, dict) else self._equal(w, g)
                for w, g in zip(wanted, got))
        if not isinstance(wanted, str):
            return type(wanted) is type(got) and wanted == got
        if wanted == "{any}":
            return isinstance(got, str) and got != ""
        if wanted == "{int}":
            return isinstance(got, int) and not isinstance(got, bool)
        if wanted == "{list}":
            return isinstance(got, list) and all(isinstance(item, str) for item in got)
        if wanted.startswith("{re:"):
            return isinstance(got, str) and re.fullmatch(wanted[4:-1], got) is not None
        if wanted.startswith("{not:"):
            return isinstance(got, str) and got not in ("", self.names.need(wanted[5:-1]))
        return got == self.names.variables(wanted)

    def _special(self, name, wanted, answer):
        if name == "@raw":
            return self._raw(wanted, answer.text())
        if name == "@closed":
            return [] if answer.closed == wanted else [f"closed is {answer.closed}"]
        if name == "@location":
            return self._location(wanted, answer.header("Location"))
        if name.startswith("@header."):
            got = answer.header(name[8:])
        elif name.startswith("@query."):
            got = query(answer.header("Location") or "").get(name[7:])
        else:
            raise ValueError(f"expectation {name}")
        if wanted == "{absent}":
            return [] if got is None else [f"{name} is there: {got!r}"]
        return [] if got is not None and self._equal(wanted, got) else [f"{name} is {got!r}, wanted {wanted!r}"]

    @staticmethod
    def _raw(wanted, body):
        if wanted.startswith("{has:"):
            good = wanted[5:-1] in body
        elif wanted.startswith("{rehas:"):
            good = re.search(wanted[7:-1], body) is not None
        else:
            raise ValueError(f"expectation @raw {wanted}")
        return [] if good else [f"body {body!r}, wanted {wanted}"]

    def _location(self, wanted, got):
        if wanted == "{absent}" or got is None:
            return [] if got is None and wanted == "{absent}" else [f"location is {got!r}, wanted {wanted!r}"]
        pattern = "[^&]+".join(re.escape(part) for part in self.names.variables(wanted).split("{any}"))
        return [] if re.fullmatch(pattern, got) else [f"location is {got!r}, wanted {wanted!r}"]


def query(url):
    """The parameters of a URL, form-decoded, the last of a name."""
    from urllib.parse import parse_qsl, urlsplit
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
