# SPDX-License-Identifier: Apache-2.0
"""What the server sends to apps, and what apps post to it: slack_sdk checks the signatures and posts the messages,
slack_bolt forgets an installation because of the events."""

import contextlib
import http.server
import json
import logging
import os
import queue
import random
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "lib"))

import fixture
from admin import Admin
from install import CONSENT, authorize
from server import Server
from tap import Report
from wire import Connection

import slack_sdk
from slack_bolt import App
from slack_bolt.app.app import SlackAppDevelopmentServer
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import FileInstallationStore, Installation
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook import WebhookClient

PATIENCE = 20
BOTH = ["app_uninstalled", "tokens_revoked"]


class Receiver:
    """An app's event endpoint: answers with the statuses given, the last one for all that follow, and keeps what came."""

    def __init__(self, *statuses):
        self.came = queue.Queue()
        left = list(statuses)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.send_response(left.pop(0) if len(left) > 1 else left[0])
                self.send_header("Content-Length", "0")
                self.end_headers()
                outer.came.put((self.path, self.headers, body))

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/slack/events"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def next(self):
        return self.came.get(timeout=PATIENCE)

    def stop(self):
        self.http.shutdown()
        self.http.server_close()


@contextlib.contextmanager
def receiving(*statuses):
    receiver = Receiver(*statuses)
    try:
        yield receiver
    finally:
        receiver.stop()


@contextlib.contextmanager
def serving():
    """A server with one app, and the admin API."""
    app = fixture.app("events", random.Random(os.urandom(16)), ["https://events.example.test/cb"])
    with tempfile.TemporaryDirectory() as folder:
        seed = os.path.join(folder, "seed.json")
        fixture.write_seed(seed, {"events": app})
        with Server("--seed-file", seed) as server:
            yield server, app, Admin(server.admin)


def subscribe(admin, app, url, events):
    manifest = json.loads(json.dumps(app["manifest"]))
    manifest["settings"] = {"event_subscriptions": {"request_url": url, "bot_events": events}}
    admin.patch("apps", app["id"], {"manifest": manifest})


def install(server, app, consent=CONSENT, **scopes):
    """The answer of the exchange."""
    with Connection(server.listen) as connection:
        code = authorize(connection, app, consent, **scopes)
    return WebClient(base_url=server.url + "/api/").oauth_v2_access(
        client_id=app["client_id"], client_secret=app["client_secret"], code=code)


def uninstall(server, app, token):
    WebClient(base_url=server.url + "/api/", token=token).apps_uninstall(
        client_id=app["client_id"], client_secret=app["client_secret"])


def error_of(call):
    """The error that a call of the SDK is refused with."""
    try:
        return f"none: {call()}"
    except SlackApiError as refused:
        return refused.response["error"]


def deliveries(admin, count):
    """The attempts once there are so many: what the receiver has seen is noted a moment later."""
    end = time.monotonic() + PATIENCE
    while len(found := admin.get("deliveries")["deliveries"]) < count:
        assert time.monotonic() < end, found
    return found


def check_signed(app, headers, body):
    assert SignatureVerifier(app["signing_secret"]).is_valid_request(body, dict(headers)), dict(headers)
    assert not SignatureVerifier("0" * 32).is_valid_request(body, dict(headers)), "any secret is good"
    assert headers["Content-Type"] == "application/json", headers["Content-Type"]


def both_events_arrive():
    with receiving(200) as receiver, serving() as (server, app, admin):
        subscribe(admin, app, receiver.url, BOTH)
        answer = install(server, app)
        uninstall(server, app, answer["access_token"])
        types = []
        for _ in BOTH:
            path, headers, body = receiver.next()
            check_signed(app, headers, body)
            event = json.loads(body)
            types.append(event["event"]["type"])
            assert path == "/slack/events", path
            assert event["api_app_id"] == app["id"] and event["team_id"] == "T04QX81RB9C", event
            assert headers["X-Slack-Retry-Num"] is None, dict(headers)
        assert sorted(types) == BOTH, types
        told = deliveries(admin, 2)
        assert [entry["result"] for entry in told] == ["delivered"] * 2, told
        assert receiver.came.empty(), "more than two events"


def closed_account_is_told():
    """A person who leaves ends what they granted; the bot goes on. With the workspace it ends as well."""
    with receiving(200) as receiver, serving() as (server, app, admin):
        subscribe(admin, app, receiver.url, BOTH)
        answer = install(server, app, scope="chat:write", user_scope="search:read")
        person, tokens = answer["authed_user"], (answer["authed_user"]["access_token"], answer["access_token"])
        clients = [WebClient(base_url=server.url + "/api/", token=token) for token in tokens]
        assert all(client.auth_test()["ok"] for client in clients)
        for role in ("deactivated", "owner"):
            admin.patch("users", person["id"], {"role": role})
            assert error_of(clients[0].auth_test) == "token_revoked"
            assert clients[1].auth_test()["ok"]
        _, headers, body = receiver.next()
        check_signed(app, headers, body)
        assert json.loads(body)["event"] == {"type": "tokens_revoked", "tokens": {"oauth": [person["id"]], "bot": []}}
        admin.delete("workspaces", "T04QX81RB9C")
        assert error_of(clients[1].auth_test) == "account_inactive"
        types = []
        for _ in BOTH:
            _, headers, body = receiver.next()
            check_signed(app, headers, body)
            types.append(json.loads(body)["event"]["type"])
        assert sorted(types) == BOTH, types
        deliveries(admin, 3)
        assert receiver.came.empty(), "more than three events"


def retries_follow_the_clock():
    with receiving(500, 500, 200) as receiver, serving() as (server, app, admin):
        admin.clock(freeze=True)
        subscribe(admin, app, receiver.url, ["app_uninstalled"])
        uninstall(server, app, install(server, app)["access_token"])
        first, second = receiver.next(), receiver.next()
        assert first[1]["X-Slack-Retry-Num"] is None, dict(first[1])
        assert second[1]["X-Slack-Retry-Num"] == "1", dict(second[1])
        told = deliveries(admin, 2)
        assert [entry["result"] for entry in told] == ["retried"] * 2, told
        assert told[1]["next_ms"] == told[1]["time_ms"] + 60000, told
        admin.clock(advance="59s")
        assert len(deliveries(admin, 2)) == 2, "too early"
        admin.clock(advance="1s")
        _, headers, body = receiver.next()
        assert headers["X-Slack-Retry-Num"] == "2", dict(headers)
        assert headers["X-Slack-Retry-Reason"] == "http_error", dict(headers)
        check_signed(app, headers, body)
        assert body == first[2], "another body"
        assert deliveries(admin, 3)[2]["result"] == "delivered"


def bolt_forgets_the_installation():
    """Its ready-made listeners delete what its store keeps of the workspace."""
    with tempfile.TemporaryDirectory() as folder, serving() as (server, app, admin):
        gone = threading.Event()

        class Store(FileInstallationStore):
            def delete_all(self, **where):
                super().delete_all(**where)
                gone.set()

        store = Store(base_dir=folder)
        bolted = App(signing_secret=app["signing_secret"], client=WebClient(base_url=server.url + "/api/"),
                     logger=logging.getLogger("quiet"), installation_store=store)
        bolted.enable_token_revocation_listeners()
        listening = SlackAppDevelopmentServer(port=0, path="/slack/events", app=bolted, http_server_logger_enabled=False)
        threading.Thread(target=listening._server.serve_forever, daemon=True).start()
        try:
            subscribe(admin, app, f"http://127.0.0.1:{listening._server.server_port}/slack/events", BOTH)
            answer = install(server, app)
            store.save(Installation(app_id=app["id"], team_id="T04QX81RB9C", user_id="U04R7GH2S1M",
                                    bot_token=answer["access_token"], bot_id="B0", bot_user_id=answer["bot_user_id"],
                                    bot_scopes=answer["scope"]))
            assert store.find_bot(enterprise_id=None, team_id="T04QX81RB9C"), "nothing was stored"
            uninstall(server, app, answer["access_token"])
            assert gone.wait(PATIENCE), admin.get("deliveries")
            assert store.find_bot(enterprise_id=None, team_id="T04QX81RB9C") is None, "still there"
            assert [entry["result"] for entry in deliveries(admin, 2)] == ["delivered"] * 2, admin.get("deliveries")
        finally:
            listening._server.shutdown()
            listening._server.server_close()


def webhook_takes_messages():
    with serving() as (server, app, admin):
        answer = install(server, app, CONSENT + "; channel=C04S8D2FJ5T", scope="chat:write,incoming-webhook")
        hook = answer["incoming_webhook"]
        assert hook["channel"] == "#deploys" and hook["channel_id"] == "C04S8D2FJ5T", hook
        client = WebhookClient(hook["url"])
        for message in ({"text": "Build 41 is out"}, {"blocks": [{"type": "divider"}]}):
            response = client.send(**message)
            assert (response.status_code, response.body) == (200, "ok"), (response.status_code, response.body)
        response = client.send(text="")
        assert (response.status_code, response.body) == (400, "no_text"), (response.status_code, response.body)
        secret = hook["url"].rsplit("/", 1)[1]
        journal = admin.call("GET", "/admin/v1/requests?method=webhook")
        assert [entry["status"] for entry in journal["requests"]] == [200, 200, 400], journal
        assert "text of 15 bytes" in journal["requests"][0]["detail"], journal
        assert secret not in json.dumps(journal) and secret not in server.log(), "the secret was told"
        uninstall(server, app, answer["access_token"])
        response = client.send(text="Anybody there?")
        assert (response.status_code, response.body) == (404, "no_service"), (response.status_code, response.body)


def main():
    logging.disable(logging.CRITICAL)
    sdk = f"slack_sdk {slack_sdk.version.__version__}"
    report = Report()
    report.run(f"{sdk}: an uninstall sends both events, signed", both_events_arrive)
    report.run(f"{sdk}: who leaves ends what they granted, and the app is told", closed_account_is_told)
    report.run(f"{sdk}: retries follow the clock", retries_follow_the_clock)
    report.run("slack_bolt: forgets the installation", bolt_forgets_the_installation)
    report.run(f"{sdk}: a webhook takes messages until the app is uninstalled", webhook_takes_messages)
    report.finish()


main()
