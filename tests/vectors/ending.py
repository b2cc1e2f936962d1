# SPDX-License-Identifier: Apache-2.0
"""Ends tokens and authorizations from several sides (contract other-methods.md 2 to 4 and 10; security.md S49,
reliability.md I4): who sees it and when, who wins, what the apps are told, what a crash leaves. By the methods for it,
and with the person, the workspace or the app that they are of."""

import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
from urllib.parse import urlencode

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))

import fixture
from server import Server
from steps import World
from tap import Report
from wire import Connection, request_bytes

FORM = ("Content-Type", "application/x-www-form-urlencoded")
CLIENTS, ROUNDS = 16, 20
BOTH = ["tokens_revoked", "app_uninstalled"]


def subscriber(name, rng, **settings):
    """An app that wants both events, at an address where nobody listens."""
    subscriptions = {"request_url": "http://127.0.0.1:9/events", "bot_events": BOTH}
    return fixture.app(name, rng, [f"https://{name.lower()}.example.test/cb"],
                       {"settings": {"event_subscriptions": subscriptions, **settings}})


def made_apps():
    rng = random.Random(os.urandom(16))
    apps = fixture.apps()
    return {**apps, "EVT": subscriber("EVT", rng), "EVR": subscriber("EVR", rng, token_rotation_enabled=True),
            "EVG": subscriber("EVG", rng, org_deploy_enabled=True)}


class Place:
    """A folder with a seed, a configuration for four loops, and data that outlive the server."""

    def __init__(self, folder):
        self.folder = folder
        self.apps = made_apps()
        self.seed = os.path.join(folder, "seed.json")
        fixture.write_seed(self.seed, self.apps)
        self.config = os.path.join(folder, "hallpass.yaml")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write("loops: 4\n")

    def server(self, disk=True):
        data = ["--data", os.path.join(self.folder, "data")] if disk else []
        return Server("--seed-file", self.seed, "--config", self.config, *data)

    def events(self):
        """The bodies of the events that wait to be delivered."""
        with sqlite3.connect(os.path.join(self.folder, "data", "hallpass.db")) as db:
            rows = db.execute("SELECT app, owner, url, body FROM event ORDER BY id").fetchall()
        assert all(url == "http://127.0.0.1:9/events" for _, _, url, _ in rows), rows
        bodies = [json.loads(body) for _, _, _, body in rows]
        assert all(body["api_app_id"] == row[0] for row, body in zip(rows, bodies)), rows
        return bodies


def bearer(token):
    return ("Authorization", "Bearer " + token)


def ask(connection, method, token, **arguments):
    """The answer of a method as an object."""
    body = urlencode(arguments).encode()
    answer = connection.call("POST", "/api/" + method, [bearer(token)] + ([FORM] if body else []), body)
    return json.loads(answer.body)


def credentials(world, app):
    return {"client_id": world.apps[app]["client_id"], "client_secret": world.apps[app]["client_secret"]}


def install(world, app, **options):
    """Installs; the names that it bound, with their tokens."""
    world.do("install", app, options)
    return dict(world.names.bound)


def everyone_sees(connections, token, error):
    for number, connection in enumerate(connections):
        came = ask(connection, "auth.test", token)
        assert came.get("error") == error, f"connection {number}: {came}"


def warm(connections, *tokens):
    """Every loop has the rows in its memory after this."""
    for connection in connections:
        for token in tokens:
            assert ask(connection, "auth.test", token)["ok"]


def seen_at_once(world, connections):
    """S49: an answered revocation is seen by the next call on every connection."""
    for number in range(ROUNDS):
        bound = install(world, "APP", scope="chat:write", user_scope="search:read")
        warm(connections, bound["bot"], bound["user"])
        assert ask(connections[number % CLIENTS], "auth.revoke", bound["user"])["revoked"] is True
        everyone_sees(connections, bound["user"], "token_revoked")
        warm(connections, bound["bot"])
        assert ask(connections[-1], "apps.uninstall", bound["bot"], **credentials(world, "APP"))["uninstalled"] is True
        everyone_sees(connections, bound["bot"], "account_inactive")


def seen_at_once_rotating(world, connections):
    """The same for a rotating token, which ends alone: the other of its authorization goes on."""
    for number in range(ROUNDS):
        first, second = install(world, "ROT")["bot"], install(world, "ROT")["bot"]
        warm(connections, first, second)
        assert ask(connections[number % CLIENTS], "auth.revoke", first)["revoked"] is True
        everyone_sees(connections, first, "token_revoked")
        warm(connections, second)


def close_account(world, user):
    """Deactivates a person; the call that undoes it."""
    role = world.admin.get("users", user)["role"]
    world.admin.patch("users", user, {"role": "deactivated"})
    return lambda: world.admin.patch("users", user, {"role": role})


def delete(world, kind, key):
    """Takes an object away; the call that makes it again under its id."""
    before = world.admin.get(kind, key)
    world.admin.delete(kind, key)
    return lambda: world.admin.call("POST", f"/admin/v1/{kind}", before)


def nothing_revived(world, connections):
    """What ended with a person or a workspace is dead on every connection, and stays so when they are there again."""
    user, team = fixture.USERS["U1"], fixture.WORKSPACES["T1"]
    for end, bot_ends in ((lambda: close_account(world, user), False), (lambda: delete(world, "users", user), False),
                          (lambda: delete(world, "workspaces", team), True)):
        bound = install(world, "APP", scope="chat:write", user_scope="search:read")
        rotating = install(world, "ROT", scope="chat:write", user_scope="search:read", **{"as": "r"})
        tokens = [(bound["user"], "token_revoked"), (rotating["r.user"], "token_revoked")]
        bots = [(bound["bot"], "account_inactive"), (rotating["r.bot"], "account_inactive")]
        warm(connections, *(token for token, _ in tokens + bots))
        undo = end()
        dead = tokens + (bots if bot_ends else [])
        for change in (lambda: None, undo):
            change()
            for token, error in dead:
                everyone_sees(connections, token, error)
        came = ask(world.api, "oauth.v2.access", "", grant_type="refresh_token", refresh_token=rotating["r.user_r"],
                   **credentials(world, "ROT"))
        assert came.get("error") == "invalid_refresh_token", came
        if not bot_ends:
            warm(connections, *(token for token, _ in bots))
        warm(connections, install(world, "APP", user_scope="search:read", **{"as": "n"})["n.user"])


def nothing_waits(world, connections):
    """A code and a configuration token from before an account was closed do not wait for it to be opened again."""
    world.do("config", "U4", {})
    config, renewal = world.names.bound["cfg"], world.names.bound["cfg_r"]
    world.do("code", "APP", {"user": "U4"})
    code = world.names.bound["code"]
    close_account(world, fixture.USERS["U4"])()
    came = ask(world.api, "oauth.v2.access", "", code=code, **credentials(world, "APP"))
    assert came.get("error") == "invalid_code", came
    came = ask(world.api, "apps.manifest.export", config, app_id=world.apps["APP"]["id"])
    assert came.get("error") == "token_revoked", came
    came = ask(world.api, "tooling.tokens.rotate", "", refresh_token=renewal)
    assert came.get("error") == "invalid_refresh_token", came
    world.do("code", "APP", {"user": "U4"})
    came = ask(world.api, "oauth.v2.access", "", code=world.names.bound["code"], **credentials(world, "APP"))
    assert came.get("ok"), came


def app_deleted(world, connections):
    """The tokens of an app die with it, whoever deletes it; those of another go on."""
    world.do("config", "U1", {})
    config = world.names.bound["cfg"]
    for app, end in (("APP", lambda key: world.admin.delete("apps", key)),
                     ("OPT", lambda key: ask(world.api, "apps.manifest.delete", config, app_id=key))):
        bound = install(world, app, scope="chat:write", user_scope="search:read")
        other = install(world, "EVT", scope="chat:write", **{"as": "o"})["o.bot"]
        warm(connections, bound["bot"], bound["user"], other)
        end(world.apps[app]["id"])
        everyone_sees(connections, bound["bot"], "account_inactive")
        everyone_sees(connections, bound["user"], "token_revoked")
        warm(connections, other)
        installs = world.admin.get("installs")["installs"]
        assert all(entry["ended"] == (entry["app"] != world.apps["EVT"]["id"]) for entry in installs), installs


def closed_in_a_race(world, connections):
    """Codes that are exchanged while the account is being closed leave nothing that lives, or is revived."""
    user = fixture.USERS["U1"]
    for _ in range(ROUNDS):
        codes = []
        for _ in range(4):
            world.do("code", "APP", {"user_scope": "search:read"})
            codes.append(world.names.bound["code"])
        for connection, code in zip(connections, codes):
            body = urlencode({"code": code, **credentials(world, "APP")}).encode()
            connection.send(request_bytes("POST", "/api/oauth.v2.access", [FORM], body))
        undo = close_account(world, user)
        answers = [json.loads(connection.read().body) for connection, _ in zip(connections, codes)]
        undo()
        assert all(answer["ok"] or answer["error"] == "invalid_code" for answer in answers), answers
        for answer in answers:
            if answer["ok"]:
                everyone_sees(connections, answer["authed_user"]["access_token"], "token_revoked")


def at_once(connections, method, token, **arguments):
    """The answers to one call that is sent on every connection before any is read."""
    data = request_bytes("POST", "/api/" + method, [bearer(token), FORM], urlencode(arguments).encode())
    for connection in connections:
        connection.send(data)
    return [json.loads(connection.read().body) for connection in connections]


def one_wins(world, connections):
    """Of those that end one authorization at once, one does; the others find that it has ended."""
    for _ in range(ROUNDS):
        for method, member, more in (("auth.revoke", "revoked", {}),
                                     ("apps.uninstall", "uninstalled", credentials(world, "APP"))):
            came = at_once(connections, method, install(world, "APP")["bot"], **more)
            losers = [answer for answer in came if answer == {"ok": False, "error": "account_inactive"}]
            assert len(losers) == CLIENTS - 1 and {"ok": True, member: True} in came, came


def pages(world, _):
    """other-methods.md 4: every granted workspace once, in pages of at most the limit."""
    ids = {fixture.WORKSPACES["T2"]}
    for number in range(7):
        key = f"T0PAGE{number:05d}"
        world.admin.call("POST", "/admin/v1/workspaces", {
            "id": key, "name": f"Page {number}", "domain": f"page{number}", "enterprise": fixture.ENTERPRISES["E1"]})
        if number % 3 == 1:
            world.admin.patch("workspaces", key, {"flags": ["ungranted"]})
        else:
            ids.add(key)
    token = install(world, "GRID", user="U2", org="E1")["bot"]
    for limit in range(1, 10):
        seen, cursor, calls = [], "", 0
        while calls == 0 or cursor:
            came = ask(world.api, "auth.teams.list", token, limit=limit, cursor=cursor)
            assert came["ok"] and len(came["teams"]) <= limit, came
            seen += [team["id"] for team in came["teams"]]
            cursor, calls = came["response_metadata"]["next_cursor"], calls + 1
        assert sorted(seen) == sorted(ids), (limit, seen)
        assert calls == -(-8 // limit), f"{calls} calls for pages of {limit}"


def told(bodies):
    """What the events say, without what differs from run to run."""
    return [(body["event"]["type"], body["event"].get("tokens"), body["authorizations"][0]) for body in bodies]


def bot_user(world, token):
    return ask(world.api, "auth.test", token)["user_id"]


def entry(user, bot, team=fixture.WORKSPACES["T1"], enterprise=None):
    return {"team_id": team, "enterprise_id": enterprise, "user_id": user, "is_bot": bot,
            "is_enterprise_install": team is None}


def revoked_one_by_one(world):
    bound = install(world, "EVT", scope="chat:write", user_scope="search:read")
    user, bot = fixture.USERS["U1"], bot_user(world, bound["bot"])
    ask(world.api, "auth.revoke", bound["user"], test=1)
    ask(world.api, "auth.revoke", bound["user"])
    ask(world.api, "auth.revoke", bound["bot"])
    return [("tokens_revoked", {"oauth": [user], "bot": []}, entry(user, False)),
            ("tokens_revoked", {"oauth": [], "bot": [bot]}, entry(bot, True)),
            ("app_uninstalled", None, entry(bot, True))]


def uninstalled(world):
    install(world, "EVT", user_scope="search:read", user="U4")
    bound = install(world, "EVT", scope="chat:write", user_scope="search:read")
    bot = bot_user(world, bound["bot"])
    assert ask(world.api, "apps.uninstall", bound["user"], **credentials(world, "EVT"))["ok"]
    users = sorted([fixture.USERS["U1"], fixture.USERS["U4"]])
    return [("tokens_revoked", {"oauth": users, "bot": [bot]}, entry(bot, True)),
            ("app_uninstalled", None, entry(bot, True))]


def uninstalled_from_org(world):
    token = install(world, "EVG", user="U2", org="E1")["bot"]
    bot = bot_user(world, token)
    assert ask(world.api, "apps.uninstall", token, **credentials(world, "EVG"))["ok"]
    place = entry(bot, True, None, fixture.ENTERPRISES["E1"])
    return [("tokens_revoked", {"oauth": [], "bot": [bot]}, place), ("app_uninstalled", None, place)]


def person_gone(close):
    """The app stays where somebody else has it, and where the person alone had it, it is gone."""
    def scene(world):
        user = fixture.USERS["U1"]
        install(world, "EVT", scope="chat:write", user_scope="search:read")
        install(world, "EVR", scope="", user_scope="search:read")
        undo = close(world, user)
        undo()
        return [("tokens_revoked", {"oauth": [user], "bot": []}, entry(user, False))] * 2 + [
            ("app_uninstalled", None, entry(user, False))]
    return scene


def account_closed(world):
    return person_gone(close_account)(world)


def user_deleted(world):
    return person_gone(lambda world, user: delete(world, "users", user))(world)


def workspace_deleted(world):
    bound = install(world, "EVT", scope="chat:write", user_scope="search:read")
    user, bot = fixture.USERS["U1"], bot_user(world, bound["bot"])
    delete(world, "workspaces", fixture.WORKSPACES["T1"])
    return [("tokens_revoked", {"oauth": [user], "bot": [bot]}, entry(bot, True)),
            ("app_uninstalled", None, entry(bot, True))]


def app_gone(world):
    """A deleted app has no address any more where it could be told."""
    install(world, "EVT", scope="chat:write", user_scope="search:read")
    world.admin.delete("apps", world.apps["EVT"]["id"])
    return []


def revoked_rotating(world):
    """With rotation on, revoking one token sends neither event; uninstalling sends both."""
    bound = install(world, "EVR")
    bot = bot_user(world, bound["bot"])
    assert ask(world.api, "auth.revoke", bound["bot_r"])["ok"] and ask(world.api, "auth.revoke", bound["bot"])["ok"]
    assert ask(world.api, "apps.uninstall", install(world, "EVR")["bot"], **credentials(world, "EVR"))["ok"]
    return [("tokens_revoked", {"oauth": [], "bot": [bot]}, entry(bot, True)),
            ("app_uninstalled", None, entry(bot, True))]


def not_subscribed(world):
    ask(world.api, "auth.revoke", install(world, "APP")["bot"])
    return []


def refused(world):
    """A call that is refused tells nobody anything."""
    install(world, "EVT")
    token = install(world, "EVT", user_scope="search:read", user="U4")["user"]
    assert ask(world.api, "apps.uninstall", token, **credentials(world, "EVT"))["error"] == "no_permission"
    return []


def events_of(place, scene):
    """What waits for delivery when the server has stopped is what the scene says."""
    with place.server() as server:
        world = World(server, place.apps)
        wanted = scene(world)
    bodies = place.events()
    assert told(bodies) == wanted, f"came {told(bodies)}\nwanted {wanted}"
    assert all(body["type"] == "event_callback" and body["event_id"].startswith("Ev0") for body in bodies)
    assert len({body["event_id"] for body in bodies}) == len(bodies)


def never_undone(place):
    """I4: what was answered survives kill -9."""
    server = place.server()
    world = World(server, place.apps)
    dead = install(world, "APP", scope="chat:write", user_scope="search:read")
    assert ask(world.api, "auth.revoke", dead["bot"])["ok"]
    rotating = install(world, "ROT", **{"as": "r"})
    assert ask(world.api, "auth.revoke", rotating["r.bot"])["ok"]
    assert ask(world.api, "auth.revoke", rotating["r.bot_r"])["ok"]
    gone = install(world, "OPT", **{"as": "o"})
    assert ask(world.api, "apps.uninstall", gone["o.bot"], **credentials(world, "OPT"))["ok"]
    server.stop(signal.SIGKILL)
    with place.server() as again, Connection(again.listen) as connection:
        everyone_sees([connection], dead["bot"], "account_inactive")
        everyone_sees([connection], rotating["r.bot"], "token_revoked")
        everyone_sees([connection], gone["o.bot"], "account_inactive")
        warm([connection], dead["user"])
        came = ask(connection, "oauth.v2.access", "", grant_type="refresh_token", refresh_token=rotating["r.bot_r"],
                   **credentials(world, "ROT"))
        assert came.get("error") == "invalid_refresh_token", came


def main():
    report = Report()
    for kind in ("memory", "disk"):
        with tempfile.TemporaryDirectory() as folder:
            place = Place(folder)
            with place.server(kind == "disk") as server:
                world = World(server, place.apps)
                connections = [Connection(server.listen) for _ in range(CLIENTS)]
                for test in (seen_at_once, seen_at_once_rotating, one_wins, pages, nothing_revived, nothing_waits, app_deleted,
                             closed_in_a_race):
                    world.fresh()
                    report.run(f"{kind}: {test.__name__.replace('_', ' ')}", test, world, connections)
    for scene in (revoked_one_by_one, uninstalled, uninstalled_from_org, revoked_rotating, not_subscribed, refused,
                  account_closed, user_deleted, workspace_deleted, app_gone):
        with tempfile.TemporaryDirectory() as folder:
            report.run(f"events: {scene.__name__.replace('_', ' ')}", events_of, Place(folder), scene)
    with tempfile.TemporaryDirectory() as folder:
        report.run("never undone", never_undone, Place(folder))
    report.finish()


main()
