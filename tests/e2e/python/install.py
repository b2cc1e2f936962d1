# SPDX-License-Identifier: Apache-2.0
"""slack_sdk and slack_bolt, unmodified, install through the server under test; only their documented URL options point
them at us."""

import contextlib
import http.server
import json
import logging
import os
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from world import running
from admin import Admin
from browser import DENY, MIRA, TEO_FOR_ORG, Browser, parameter
from tap import Report

import slack_bolt
import slack_sdk
from slack_bolt import App
from slack_bolt.app.app import SlackAppDevelopmentServer
from slack_bolt.oauth.callback_options import CallbackOptions
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator, OAuthStateUtils
from slack_sdk.oauth.installation_store import FileInstallationStore, Installation
from slack_sdk.oauth.state_store import FileOAuthStateStore


def configure(server, app, redirect):
    """Makes `redirect` the app's only redirect URL, as its developer would."""
    manifest = json.loads(json.dumps(app["manifest"]))
    manifest["oauth_config"]["redirect_urls"] = [redirect]
    Admin(server.admin).patch("apps", app["id"], {"manifest": manifest})


class SdkApp:
    """An app written on slack_sdk alone, after the SDK's own guide: generator, state store, exchange, auth.test."""

    def __init__(self, server, app, scopes, user_scopes, folder):
        self.installations, self.errors = [], []
        self.client = WebClient(base_url=server.url + "/api/")
        self.app = app
        self.states = FileOAuthStateStore(expiration_seconds=300, base_dir=folder)
        self.cookies = OAuthStateUtils()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.start(self) if self.path == "/slack/install" else outer.callback(self)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.http.server_port}"
        self.redirect = self.origin + "/slack/oauth_redirect"
        configure(server, app, self.redirect)
        self.links = AuthorizeUrlGenerator(
            client_id=app["client_id"], scopes=scopes, user_scopes=user_scopes, redirect_uri=self.redirect,
            authorization_url=server.url + "/oauth/v2/authorize")
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def start(self, handler):
        state = self.states.issue()
        handler.send_response(302)
        handler.send_header("Location", self.links.generate(state))
        handler.send_header("Set-Cookie", self.cookies.build_set_cookie_for_new_state(state))
        handler.end_headers()

    def callback(self, handler):
        code, state = parameter(handler.path, "code"), parameter(handler.path, "state")
        good = self.cookies.is_valid_browser(state, handler.headers) and self.states.consume(state)
        if not good or not code:
            self.errors.append(parameter(handler.path, "error") or "state")
        else:
            self.exchange(code)
        handler.send_response(400 if self.errors else 200)
        handler.end_headers()

    def exchange(self, code):
        try:
            answer = self.client.oauth_v2_access(client_id=self.app["client_id"], redirect_uri=self.redirect,
                                                 client_secret=self.app["client_secret"], code=code)
        except SlackApiError as problem:
            self.errors.append(problem.response["error"])
            return
        person, team, org = answer["authed_user"], answer["team"] or {}, answer["enterprise"] or {}
        token = answer.get("access_token")
        who = self.client.auth_test(token=token or person["access_token"])
        self.installations.append(Installation(
            app_id=answer["app_id"], enterprise_id=org.get("id"), enterprise_name=org.get("name"),
            enterprise_url=who["url"] if answer["is_enterprise_install"] else None, team_id=team.get("id"),
            team_name=team.get("name"), bot_token=token, bot_id=who.get("bot_id"),
            bot_user_id=answer.get("bot_user_id"), bot_scopes=answer.get("scope"), user_id=person["id"],
            user_token=person.get("access_token"), user_scopes=person.get("scope"),
            is_enterprise_install=answer["is_enterprise_install"], token_type=answer.get("token_type")))

    def stop(self):
        self.http.shutdown()
        self.http.server_close()


class BoltApp:
    """A slack_bolt App with its own callback server, without redirect_uri: the first configured URL counts."""

    def __init__(self, server, app, scopes, user_scopes, folder):
        self.installations, self.errors = [], []
        outer = self

        class Store(FileInstallationStore):
            def save(self, installation):
                outer.installations.append(installation)
                super().save(installation)

        def failed(args):
            self.errors.append(args.reason)
            return BoltResponse(status=400, body="failed")

        def done(args):
            return args.default.success(args)

        bolted = App(
            signing_secret=app["signing_secret"], client=WebClient(base_url=server.url + "/api/"),
            logger=logging.getLogger("quiet"),
            oauth_settings=OAuthSettings(
                client_id=app["client_id"], client_secret=app["client_secret"], scopes=scopes,
                user_scopes=user_scopes, authorization_url=server.url + "/oauth/v2/authorize",
                installation_store=Store(base_dir=folder), install_page_rendering_enabled=False,
                state_store=FileOAuthStateStore(expiration_seconds=300, base_dir=folder),
                callback_options=CallbackOptions(success=done, failure=failed)))
        self.bolt = SlackAppDevelopmentServer(port=0, path="/slack/events", app=bolted, oauth_flow=bolted.oauth_flow,
                                              http_server_logger_enabled=False)
        self.http = self.bolt._server
        self.origin = f"http://127.0.0.1:{self.http.server_port}"
        configure(server, app, self.origin + "/slack/oauth_redirect")
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def stop(self):
        self.http.shutdown()
        self.http.server_close()


@contextlib.contextmanager
def visited(kit, server, app, scopes, user_scopes, consent):
    """The app after one browser went through its install."""
    with tempfile.TemporaryDirectory() as folder:
        started = kit(server, app, scopes, user_scopes, folder)
        try:
            authorize, callback, _ = Browser().install(started.origin + "/slack/install", consent)
            assert parameter(authorize, "state") == parameter(callback, "state"), (authorize, callback)
            yield started
        finally:
            started.stop()


def the_installation(started):
    assert started.errors == [], started.errors
    assert len(started.installations) == 1, started.installations
    return started.installations[0]


def expect(got, **wanted):
    for name, value in wanted.items():
        assert getattr(got, name) == value, f"{name} is {getattr(got, name)!r}, wanted {value!r}"


def bot_and_user(kit, server, app):
    with visited(kit, server, app, ["chat:write", "commands"], ["search:read"], MIRA) as started:
        got = the_installation(started)
        expect(got, app_id=app["id"], team_id="T04QX81RB9C", team_name="Harbor Lights", enterprise_id=None,
               user_id="U04R7GH2S1M", is_enterprise_install=False)
        assert got.bot_token.startswith("xoxb-") and got.user_token.startswith("xoxp-"), "tokens"
        assert got.bot_id.startswith("B") and got.bot_user_id.startswith("U"), (got.bot_id, got.bot_user_id)


def org_wide(kit, server, app):
    with visited(kit, server, app, ["chat:write", "team:read"], [], TEO_FOR_ORG) as started:
        got = the_installation(started)
        expect(got, team_id=None, enterprise_id="E06NB3V2KLA", enterprise_name="Tidewater Group",
               user_id="U06D1R8KQ5V", is_enterprise_install=True)
        assert "tidewater.enterprise." in got.enterprise_url, got.enterprise_url


def user_only(kit, server, app):
    with visited(kit, server, app, [], ["search:read"], MIRA) as started:
        got = the_installation(started)
        expect(got, bot_token=None, bot_id=None, user_id="U04R7GH2S1M", team_id="T04QX81RB9C")
        assert got.user_token.startswith("xoxp-"), "user token"


def denied(kit, server, app):
    with visited(kit, server, app, ["chat:write"], [], DENY) as started:
        assert started.errors == ["access_denied"], started.errors
        assert started.installations == [], started.installations


def wrong_secret(kit, server, app):
    with visited(kit, server, {**app, "client_secret": "0" * 32}, ["chat:write"], [], MIRA) as started:
        assert started.errors == ["bad_client_secret"], started.errors


def main():
    logging.disable(logging.CRITICAL)
    report = Report()
    names = {"sdk": (SdkApp, f"slack_sdk {slack_sdk.version.__version__}"),
             "bolt": (BoltApp, f"slack_bolt {slack_bolt.version.__version__}")}
    with running(names) as (server, apps):
        for kit, (make, title) in names.items():
            report.run(f"{title}: bot and user", bot_and_user, make, server, apps[kit + "-both"])
            report.run(f"{title}: user only", user_only, make, server, apps[kit + "-user"])
            report.run(f"{title}: org-wide", org_wide, make, server, apps[kit + "-org"])
            report.run(f"{title}: denied", denied, make, server, apps[kit + "-deny"])
        report.run(f"{names['sdk'][1]}: a wrong secret is the error that the contract names", wrong_secret, SdkApp,
                   server, apps["sdk-both"])
        if report.failed:
            print("\n".join("# server: " + line for line in server.log().splitlines()[-40:]))
    report.finish()


if __name__ == "__main__":  # the browser suite takes the apps from here
    main()
