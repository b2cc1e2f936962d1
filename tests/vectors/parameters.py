# SPDX-License-Identifier: Apache-2.0
"""Every parameter of the four authorize pages in every state that it may come in (parameters.tsv), and what
authorize.md 11 wants tested apart: states of every byte, and parameters that are ignored.

A refusal is a page whatever the person decides, never a redirect; with a redirect_uri that matches nothing the page
says that instead, but for what is checked before it."""

import os
import random
import re
import sys
import tempfile
from urllib.parse import parse_qsl, quote, unquote_to_bytes

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))

import fixture
from admin import Admin
from install import CONSENT
from play import table
from server import Server
from tap import Report
from wire import Connection

PAGES = {  # page: (path, what else a good link holds, a scope that is for another list or kind of app)
    "v2": ("/oauth/v2/authorize", {"scope": "chat:write"}, "search:read"),
    "v2_user": ("/oauth/v2_user/authorize", {"scope": "search:read"}, "app_mentions:read"),
    "openid": ("/openid/connect/authorize", {"scope": "openid", "response_type": "code"}, "search:read"),
    "v1": ("/oauth/authorize", {"scope": "channels:read"}, "bot"),
}
URLS = {"ok": "https://a.test/cb", "alt": "https://a.test/alt", "app": "pubapp://auth"}
FORBIDDEN = ("unapproved_scope", "user_is_restricted", "invalid_team_for_non_distributed_app")  # 403: authorize.md 7.3
BEFORE_REDIRECT = ("missing_client_id", "invalid_client_id", "oauth_authorization_url_mismatch", "bad_redirect_uri")
CHALLENGE = "ldMBaaWcQYtSATMV_IG8mf3wp7A6EW80arYoSW80ntU"
DECISIONS = [CONSENT, CONSENT.replace("approve", "deny"), None]
IGNORED = {"granular_bot_scope": "1", "single_channel": "0", "install_redirect": "x", "tracked": "1",
           "user_default": "0", "id_token_hint": "x",
           "resource": "x", "prompt": "consent", "access_type": "offline", "include": "x",
           "response_mode": "form_post", "request_uri": "https://evil.test/", "redirect_url": "https://evil.test/",
           "code": "evil", "error": "access_denied", "client_secret": "x", "nonce": "n", "code_challenge": "x",
           "code_challenge_method": "plain"}


class Pages:
    def __init__(self, server, apps):
        self.connection = Connection(server.listen)
        self.apps = apps

    def app(self, page, kind):
        return self.apps[kind + ("-classic" if page == "v1" else "")]

    def fill(self, text, page, kind):
        client_id = self.app(page, kind)["client_id"]
        scope = PAGES[page][1]["scope"]
        names = {"id": client_id, "half": client_id.split(".")[0], "encoded": client_id.replace(".", "%2E"),
                 "encodedtwice": client_id.replace(".", "%252E"), "scope": scope, "wrongscope": PAGES[page][2],
                 "otherid": self.apps[kind + ("" if page == "v1" else "-classic")]["client_id"],
                 "challenge": CHALLENGE}
        text = re.sub(r"\{(\w+)\}", lambda m: names[m[1]], text)
        text = re.sub(r"\{names:(\d+)\}", lambda m: ",".join([scope] * int(m[1])), text)
        text = re.sub(r"\{usernames:(\d+)\}", lambda m: "+".join(["search:read"] * int(m[1])), text)
        return re.sub(r"\{rep:(.)\*(\d+)\}", lambda m: quote(m[1], safe=",") * int(m[2]), text)

    def query(self, page, kind, parameter, sent):
        """The good link with `sent` in the place of that parameter."""
        good = {"client_id": self.app(page, kind)["client_id"], **PAGES[page][1], "state": "s"}
        pairs = [f"{name}={value}" for name, value in good.items() if name != parameter]
        return "&".join(pairs + ([] if sent == "-" else [self.fill(sent, page, kind)]))

    def ask(self, page, query, decision=CONSENT):
        headers = [("X-Hallpass-Consent", decision)] if decision else []
        answer = self.connection.call("GET", f"{PAGES[page][0]}?{query}", headers)
        assert answer.header("Connection") != "close", answer.status
        return answer


def went(answer, url, state):
    """What is wrong with a redirect to `url` with that state."""
    start = url + "?code="
    location = answer.header("Location") or ""
    came = unquote_to_bytes(location.partition("&state=")[2].replace("+", " "))
    if answer.status != 302 or not re.match(re.escape(start) + r"[0-9.a-f]+&state=[^&]*$", location):
        return f"{answer.status} {answer.header('X-OAuth-Error')} {location[:200]}"
    return None if came == state else f"state came back as {came[:80]} ({len(came)} bytes)"


def refused(answer, code):
    """What is wrong with an error page."""
    came = (answer.status, answer.header("X-OAuth-Error"), answer.header("Location"))
    if came != (403 if code in FORBIDDEN else 400, code, None):
        return f"{came}, not {code}"
    return None if f'<code id="error">{code}</code>' in answer.text() else f"the page does not name {code}"


def last(query, parameter):
    """The value that counts."""
    pairs = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
    return next((value.encode("latin-1") for name, value in reversed(pairs) if name == parameter), b"")


def row_problems(pages, page, row):
    wanted, query = row[page], pages.query(page, row["app"], row["parameter"], row["sent"])
    if wanted in URLS:
        url = last(query, "redirect_uri").decode() or URLS["ok"]
        found = [went(pages.ask(page, query), url, last(query, "state"))]
        found += [] if url.startswith(URLS[wanted]) else [f"the table says {wanted}"]
    else:
        found = [refused(pages.ask(page, query, decision), wanted) for decision in DECISIONS]
        if wanted not in BEFORE_REDIRECT and row["parameter"] != "query":
            evil = query + "&redirect_uri=https://evil.test/"
            found += [refused(pages.ask(page, evil, decision), "bad_redirect_uri") for decision in DECISIONS]
    return [f"{page}, {row['case']}, {query[:200]}: {problem}" for problem in found if problem]


def every_state(pages, page):
    """authorize.md 11.1: state comes back byte for byte, for every byte and for 4096 bytes."""
    states = [bytes([byte]) for byte in range(1, 256)] + [b"a" + bytes([byte]) + b"b" for byte in range(256)]
    states += [bytes(range(1, 256)) * 16 + b"x" * 16, b"\r\n" * 2048, b"&state=x&code=y#", b"+ %20%2B%", b"\xff" * 4096]
    for state in states:
        for spelt in {quote(state, safe=""), "".join(f"%{byte:02x}" for byte in state)}:
            query = pages.query(page, "web", "state", "state=" + spelt)
            problem = went(pages.ask(page, query), URLS["ok"], state)
            assert not problem, (state[:20], len(state), problem)


def ignored(pages, page):
    """authorize.md 11.3: one by one, in any state, and all together."""
    one = [[(name, value)] for name, value in IGNORED.items()]
    empty = [[(name, "")] for name in IGNORED]
    twice = [[(name, value), (name, "other")] for name, value in IGNORED.items()]
    long = [[(name, "x" * 20000)] for name in IGNORED if (name, page) != ("nonce", "openid")]
    odd = [[(name, "\x00\r\n<\"'>\x7f\x80\xff")] for name in IGNORED]
    for chosen in one + empty + twice + long + odd + [list(IGNORED.items()), list(IGNORED.items()) * 20]:
        sent = "&".join(f"{name}={quote(value, safe='', encoding='latin-1')}" for name, value in chosen)
        for query in (pages.query(page, "web", "", sent), sent + "&" + pages.query(page, "web", "", "-")):
            problem = went(pages.ask(page, query), URLS["ok"], b"s")
            assert not problem, (query[:200], problem)


def made_apps():
    rng = random.Random(os.urandom(16))
    pkce = {"oauth_config": {"pkce_enabled": True}}
    return {kind + suffix: fixture.app(kind + suffix, rng, [URLS["ok"], URLS["alt"], *more], manifest, **field)
            for kind, more, manifest in (("web", [], {}), ("pkce", [URLS["app"]], pkce))
            for suffix, field in (("", {}), ("-classic", {"classic": True}))}


def main():
    report = Report()
    rows = table(os.path.join(HERE, "parameters.tsv"))
    with tempfile.TemporaryDirectory() as folder:
        seed = os.path.join(folder, "seed.json")
        apps = made_apps()
        fixture.write_seed(seed, apps)
        with Server("--seed-file", seed) as server:
            Admin(server.admin).settings(rate_limit="off", explain="off")
            pages = Pages(server, apps)
            for parameter in dict.fromkeys(row["parameter"] for row in rows):
                mine = [row for row in rows if row["parameter"] == parameter]
                for page in PAGES:
                    report.check(f"{parameter} in {len(mine)} cases on {page}",
                                 [line for row in mine for line in row_problems(pages, page, row)])
            for page in PAGES:
                report.run(f"every state on {page}", every_state, pages, page)
                report.run(f"ignored parameters on {page}", ignored, pages, page)
    report.finish()


main()
