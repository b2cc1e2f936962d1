# SPDX-License-Identifier: Apache-2.0
"""Sign-in of hallpass serve: accounts with e-mail and password (operations.md 15; security.md S3, S29, S44)."""

import json
import os
import socket
import tempfile

from pages import LENA, MIRA, T1, TEO, expect, fixture
from admin import Admin
from server import Server
from surf import Surfer

SAM = "U0SAMLUND01"
PASSWORD = "correct horse battery"


class Serve(Server):
    """A running `hallpass serve` behind a name with TLS, with the people of the fixture world and their passwords."""

    def __init__(self, folder):
        config = os.path.join(folder, "hallpass.yaml")
        with open(config, "w", encoding="utf-8") as file:
            file.write("public_url: https://login.example.test\n"
                       f"store: {{ data: {folder}/data }}\n")
        super().__init__("--config", config, command="serve")


def fill(admin):
    for kind, rows in fixture.PLACES.items():
        for row in rows:
            admin.call("POST", f"/admin/v1/{kind}", row)
    admin.call("POST", "/admin/v1/users", {"id": SAM, "workspace": T1, "name": "sam", "real_name": "Sam Lund",
                                           "email": "sam@harbor.example.test"})
    for user in (MIRA, LENA, TEO, SAM):
        admin.call("PUT", f"/admin/v1/users/{user}/password", {"password": PASSWORD})


class From(Surfer):
    """A browser at an address of its own: each has its own tries."""

    count = 10

    def __init__(self, server):
        super().__init__(server.listen, "login.example.test")
        From.count += 1
        self.source = f"127.0.0.{From.count}"

    def request(self, verb, target, headers=(), body=b""):
        plain = socket.create_connection

        def bound(address, timeout=None):
            return plain(address, timeout, (self.source, 0))
        socket.create_connection = bound
        try:
            return super().request(verb, target, headers, body)
        finally:
            socket.create_connection = plain


def attempt(surfer, domain="harborlights", email="mira@harbor.example.test", password=PASSWORD):
    """Opens the sign-in page and sends these; whether it let somebody in."""
    surfer.get("/apps")
    expect(surfer.page.main(), "signin")
    surfer.press(surfer.page.form("/signin"), domain=domain, email=email, password=password)
    return surfer.seen.status == 303


def good(server, _):
    """workspace, e-mail and password let somebody in, however they are spelt"""
    for domain, email in (("harborlights", "mira@harbor.example.test"), (" HarborLights ", " MIRA@harbor.example.test"),
                          ("harborlights.login.example.test", "mira@harbor.example.test")):
        surfer = From(server)
        expect(attempt(surfer, domain, email), True, domain)
        surfer.follow()
        expect(surfer.page.main(), "apps")


def cookie(server, _):
    """behind TLS the cookie is held to this host and to encrypted connections"""
    surfer = From(server)
    attempt(surfer)
    name, *flags = [part.strip() for part in surfer.seen.header("Set-Cookie").split(";")]
    expect(name.split("=")[0], "__Host-hallpass")
    expect(sorted(flags), sorted(["Path=/", "HttpOnly", "SameSite=Lax", "Secure", "Max-Age=604800"]))


def same_answer(server, admin):
    """whatever was wrong, the answer is the same, byte for byte but for the form's token and the request's id"""
    admin.patch("users", LENA, {"role": "deactivated"})
    seen = set()
    for domain, email, password in (("harborlights", "mira@harbor.example.test", "wrong password"),
                                    ("harborlights", "nobody@harbor.example.test", PASSWORD),
                                    ("nowhere", "mira@harbor.example.test", PASSWORD),
                                    ("harborlights", "lena@harbor.example.test", PASSWORD),
                                    ("harborlights", "ana@harbor.example.test", PASSWORD),  # has no password
                                    ("breakwater", "mira@harbor.example.test", PASSWORD),
                                    ("harborlights", "", PASSWORD), ("harborlights", "mira@harbor.example.test", ""),
                                    ("harborlights", "mira@harbor.example.test", "x" * 5000)):
        surfer = From(server)
        expect(attempt(surfer, domain, email, password), False, (domain, email))
        text = surfer.seen.text()
        for part in (dict(surfer.page.form("/signin").fields)["form"], surfer.seen.header("X-Slack-Req-Id")):
            text = text.replace(part, "...")
        for typed in (domain, email):  # what was typed stays in its field
            text = text.replace(f'value="{typed}"', 'value=""') if typed else text
        seen.add((surfer.seen.status, text.replace(" value=\"\"", "")))
        expect(password in surfer.seen.text() if password else False, False, "the password is not shown")
    expect(len(seen), 1, "answers")
    admin.patch("users", LENA, {"role": "member"})


def same_time(server, _):
    """an account that is not there takes as long as one that is: the same work is done"""
    took = {}
    for email in ("sam@harbor.example.test", "nobody.else@harbor.example.test"):
        start = server_cpu(server)
        for _ in range(5):
            expect(attempt(From(server), email=email, password="wrong password"), False)
        took[email] = server_cpu(server) - start
    least, most = sorted(took.values())
    expect(least > 0.5 * most, True, took)


def server_cpu(server):
    """CPU ticks that the server has used; argon2 takes several each time."""
    with open(f"/proc/{server.process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def limits(server, _):
    """guessing ends after some tries, for accounts that are not there too; whoever came before from where they are still
    gets in"""
    there = ("breakwater", "teo@breakwater.example.test")
    home = From(server)
    expect(attempt(home, *there), True)
    for email in (there[1], "nobody@breakwater.example.test"):
        codes = []
        for _ in range(14):
            guesser = From(server)
            attempt(guesser, there[0], email, "wrong password")
            codes.append(guesser.seen.status)
        expect(codes[:5], [200] * 5, email)
        expect(codes[-1], 429, email)
        expect(int(guesser.seen.header("Retry-After")) > 0, True)
        expect("Too many" in guesser.page.text(), True)
    other = From(server)
    expect(attempt(other, *there), False, "the right password from an unknown address waits too")
    home.cookies = {}
    expect(attempt(home, *there), True, "from a known address it does not")
    one = From(server)
    codes = []
    for number in range(45):
        attempt(one, email=f"person{number}@harbor.example.test", password="wrong password")
        codes.append(one.seen.status)
    expect(codes[-1], 429, "one address, many accounts")


def strangers(server, _):
    """browsers without a cookie cannot make the store grow without bound; those with one go on"""
    known, flood = From(server), From(server)
    known.source = flood.source
    expect(attempt(known), True)
    codes = []
    while 503 not in codes and len(codes) < 2000:
        flood.cookies = {}
        flood.get("/apps")
        codes.append(flood.seen.status)
    expect(1100 < len(codes) < 2000, True, len(codes))
    expect(int(flood.seen.header("Retry-After")) > 0, True)
    known.get("/apps")
    expect(known.page.main(), "apps")


def new_password(server, admin):
    """a new password signs everybody out who used the old one"""
    surfer = From(server)
    expect(attempt(surfer, email="lena@harbor.example.test"), True)
    surfer.get("/apps")
    expect(surfer.page.main(), "apps")
    admin.call("PUT", f"/admin/v1/users/{LENA}/password", {"password": "another long sentence"})
    surfer.get("/apps")
    expect(surfer.page.main(), "signin")
    expect(attempt(From(server), email="lena@harbor.example.test"), False)
    expect(attempt(From(server), email="lena@harbor.example.test", password="another long sentence"), True)
    admin.call("DELETE", f"/admin/v1/users/{LENA}/password")
    expect(attempt(From(server), email="lena@harbor.example.test", password="another long sentence"), False)


def says_little(server, admin):
    """serve explains errors to those who look after the app, and to nobody else; it adds no URLs"""
    app = admin.call("POST", "/admin/v1/apps", {"workspace": T1, "distributed": True, "manifest": {
        "display_information": {"name": "Bell"}, "oauth_config": {"redirect_urls": ["https://bell.example.test/cb"]}}})
    link = f"/oauth/v2/authorize?client_id={app['client_id']}&scope=chat:write&redirect_uri=https://bell.example.test/x"
    stranger, owner = From(server), From(server)
    expect(attempt(owner), True)
    for surfer, told in ((stranger, False), (owner, True)):
        surfer.get(link)
        expect(surfer.seen.header("X-OAuth-Error"), "bad_redirect_uri")
        expect("https://bell.example.test/cb" in surfer.page.text(), told)
        expect([form for form in surfer.page.forms if form.action == "/redirects"], [])
        surfer.post("/redirects", [("form", "x")])
        expect(surfer.seen.status, 404)
    surfer.get(link.replace("/x", "/cb"), [("X-Hallpass-Consent", "approve")])  # no automation here
    expect(surfer.page.main(), "consent")


def no_trace(server, folder):
    """no password stands in the log or the data folder"""
    for place, _, files in os.walk(folder):
        for name in files:
            with open(os.path.join(place, name), "rb") as file:
                data = file.read()
            expect(PASSWORD.encode() in data, False, name)
            expect(json.dumps(PASSWORD).encode() in data, False, name)
    expect(PASSWORD in server.log() or PASSWORD.replace(" ", "+") in server.log(), False)


def run(report):
    with tempfile.TemporaryDirectory() as folder:
        with Serve(folder) as server:
            admin = Admin(server.admin)
            fill(admin)
            for case in (good, cookie, strangers, says_little, same_answer, same_time, new_password, limits):
                report.run(" ".join(case.__doc__.split()), case, server, admin)
            report.run(no_trace.__doc__, no_trace, server, folder)
            admin.close()
