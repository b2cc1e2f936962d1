# SPDX-License-Identifier: Apache-2.0
"""slack_sdk, unmodified, keeps rotating tokens alive: TokenRotator, oauth.v2.exchange, tooling.tokens.rotate."""

import concurrent.futures
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from world import running
from admin import Admin
from install import authorize
from tap import Report
from wire import Connection

import slack_sdk
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.token_rotation import TokenRotator

DUE = 13 * 60  # minutes: tokens live twelve hours, so they count as expiring
WORKERS = 8    # more than the pairs that one refresh token gives: 1 + refresh.grace_reuses (5)


class Kit:
    """An app written on slack_sdk, and the server that it uses."""

    def __init__(self, server, app):
        self.server, self.app = server, app
        self.client = WebClient(base_url=server.url + "/api/")
        self.credentials = {"client_id": app["client_id"], "client_secret": app["client_secret"]}

    def rotator(self):
        return TokenRotator(client=WebClient(base_url=self.server.url + "/api/"), **self.credentials)

    def exchange(self):
        with Connection(self.server.listen) as connection:
            code = authorize(connection, self.app, scope="chat:write,commands", user_scope="search:read")
        return self.client.oauth_v2_access(code=code, **self.credentials)

    def install(self):
        """The installation as the SDK's own guide stores it."""
        answer = self.exchange()
        person, now = answer["authed_user"], int(time.time())
        return Installation(
            app_id=answer["app_id"], team_id=answer["team"]["id"], user_id=person["id"], user_token=person["access_token"],
            user_refresh_token=person["refresh_token"], user_token_expires_at=now + person["expires_in"],
            bot_token=answer["access_token"], bot_refresh_token=answer["refresh_token"],
            bot_token_expires_at=now + answer["expires_in"], bot_user_id=answer["bot_user_id"], bot_id="B0UNUSED00")

    def error(self, token):
        """What auth.test says to a token; None: it is good."""
        try:
            self.client.auth_test(token=token)
        except SlackApiError as problem:
            return problem.response["error"]
        return None


def rotates(kit):
    first = kit.install()
    assert first.bot_token.startswith("xoxe.xoxb-1-") and first.user_token.startswith("xoxe.xoxp-1-"), "not rotating"
    assert kit.rotator().perform_token_rotation(installation=first) is None, "twelve hours are left"
    second = kit.rotator().perform_token_rotation(installation=first, minutes_before_expiration=DUE)
    third = kit.rotator().perform_token_rotation(installation=second, minutes_before_expiration=DUE)
    for kind in ("bot", "user"):
        tokens = [getattr(stage, kind + "_token") for stage in (first, second, third)]
        assert len(set(tokens)) == 3, kind
        assert [kit.error(token) for token in tokens] == ["token_revoked", None, None], kind
        assert abs(getattr(third, kind + "_token_expires_at") - time.time() - 43200) < 60, kind


def expires(kit):
    admin = Admin(kit.server.admin)
    first = kit.install()
    admin.clock(advance="43201s")
    try:
        assert kit.error(first.bot_token) == "token_expired"
        second = kit.rotator().perform_token_rotation(installation=first, minutes_before_expiration=DUE)
        assert kit.error(second.bot_token) is None and kit.error(second.user_token) is None
    finally:
        admin.clock(reset=True)


def in_parallel(kit):
    """Several workers with one store: each gets a pair of its own or is refused, and one line is left in the end."""
    first = kit.install()

    def rotate(installation):
        try:
            return kit.rotator().perform_bot_token_rotation(bot=installation.to_bot(), minutes_before_expiration=DUE)
        except SlackTokenRotationError as problem:
            assert problem.api_error.response["error"] == "invalid_refresh_token", problem
            return None

    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        rotated = [bot for bot in pool.map(rotate, [first] * WORKERS) if bot]
    assert len(rotated) == 6, len(rotated)
    tokens = [first.bot_token] + [bot.bot_token for bot in rotated]
    assert len(set(tokens)) == 7
    assert sorted(str(kit.error(token)) for token in tokens) == ["None"] * 2 + ["token_revoked"] * 5
    heirs = []
    for bot in rotated:
        try:
            heirs.append(kit.rotator().perform_bot_token_rotation(bot=bot, minutes_before_expiration=DUE))
        except SlackTokenRotationError as problem:
            assert problem.api_error.response["error"] == "invalid_refresh_token", problem
    assert len(heirs) == 1 and kit.error(heirs[0].bot_token) is None


def revoked(kit):
    first = kit.install()
    kit.client.apps_uninstall(token=first.bot_token, **kit.credentials)
    try:
        kit.rotator().perform_token_rotation(installation=first, minutes_before_expiration=DUE)
    except SlackTokenRotationError as problem:
        assert problem.api_error.response["error"] == "invalid_refresh_token", problem
    else:
        raise AssertionError("the installation is gone")


def migrates(kit):
    """An app that turns rotation on swaps the tokens that it has."""
    old = kit.exchange()["access_token"]
    manifest = {**kit.app["manifest"], "settings": {"token_rotation_enabled": True}}
    Admin(kit.server.admin).patch("apps", kit.app["id"], {"manifest": json.loads(json.dumps(manifest))})
    pair = kit.client.oauth_v2_exchange(token=old, **kit.credentials)
    assert pair["token_type"] == "bot" and pair["expires_in"] == 43200, pair.data
    assert kit.error(old) is None and kit.error(pair["access_token"]) is None
    try:
        kit.client.oauth_v2_exchange(token=old, **kit.credentials)
    except SlackApiError as problem:
        assert problem.response["error"] == "token_already_exchanged", problem
    else:
        raise AssertionError("swapped twice")
    kit.client.oauth_v2_access(grant_type="refresh_token", refresh_token=pair["refresh_token"], **kit.credentials)
    assert kit.error(old) == "token_expired" and kit.error(pair["access_token"]) is None


def tooling(kit):
    first = Admin(kit.server.admin).call("POST", "/admin/v1/config-tokens",
                                         {"user": "U04R7GH2S1M", "workspace": "T04QX81RB9C"})
    second = kit.client.tooling_tokens_rotate(refresh_token=first["refresh_token"])
    assert second["team_id"] == "T04QX81RB9C" and second["user_id"] == "U04R7GH2S1M", second.data
    assert second["exp"] == second["iat"] + 43200 and second["token"] != first["token"], second.data
    third = WebClient(token=second["token"], base_url=kit.server.url + "/api/").tooling_tokens_rotate(
        refresh_token=second["refresh_token"])
    assert third["ok"]


def main():
    report = Report()
    title = f"slack_sdk {slack_sdk.version.__version__}: "
    with running(["sdk"]) as (server, apps):
        rotating = Kit(server, apps["sdk-rotating"])
        report.run(title + "TokenRotator", rotates, rotating)
        report.run(title + "TokenRotator after the tokens expired", expires, rotating)
        report.run(title + f"TokenRotator in {WORKERS} threads", in_parallel, rotating)
        report.run(title + "TokenRotator after an uninstall", revoked, rotating)
        report.run(title + "oauth.v2.exchange", migrates, Kit(server, apps["sdk-migrating"]))
        report.run(title + "tooling.tokens.rotate", tooling, rotating)
        if report.failed:
            print("\n".join("# server: " + line for line in server.log().splitlines()[-40:]))
    report.finish()


main()
