# SPDX-License-Identifier: Apache-2.0
"""slack_sdk, unmodified, keeps apps by their manifests; and the promise that every manifest that validates can be made
an app, exported, and made an app again that is the same."""

import itertools
import json
import logging
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from world import running
from admin import Admin
from tap import Report

import slack_sdk
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

MIRA, LENA, HOME = "U04R7GH2S1M", "U05B3K8WZQN", "T04QX81RB9C"
BASE = {"display_information": {"name": "Deploy Bell"}}
SECTIONS = [
    {"_metadata": {"major_version": 2, "minor_version": 1}},
    {"features": {"bot_user": {"display_name": "deploybell"}, "slash_commands": [{"command": "/bell", "usage": None}]}},
    {"oauth_config": {"redirect_urls": ["https://bell.example.test/cb", "bell://cb"], "pkce_enabled": True,
                      "scopes": {"bot": ["chat:write", "commands"], "bot_optional": ["commands"]}}},
    {"settings": {"token_rotation_enabled": True, "interactivity": {"is_enabled": True,
                                                                    "request_url": "https://bell.example.test/i"}}},
    {"functions": {"ring": {"title": "Läuten \U0001f514", "weights": [0.1, 1, -0.5, 1e30], "a/b~c": {}}}},
]


def client(server, user=MIRA):
    admin = Admin(server.admin)
    admin.settings(rate_limit="off")
    token = admin.call("POST", "/admin/v1/config-tokens", {"user": user, "workspace": HOME})["token"]
    return WebClient(token, base_url=server.url + "/api/")


def refusal(call, **arguments):
    try:
        call(**arguments)
    except SlackApiError as error:
        return error.response
    raise AssertionError("it was not refused")


def an_app_lives_by_its_manifest(server):
    mira = client(server)
    made = mira.apps_manifest_create(manifest=json.dumps(BASE))
    app = made["app_id"]
    assert made["team_id"] == HOME and made["credentials"]["client_id"] in made["oauth_authorize_url"], made
    changed = {**BASE, "oauth_config": {"scopes": {"bot": ["chat:write"]}}}
    assert mira.apps_manifest_update(app_id=app, manifest=changed)["permissions_updated"] is True
    assert mira.apps_manifest_export(app_id=app)["manifest"] == changed
    refused = refusal(mira.apps_manifest_update, app_id=app, manifest={**BASE, "settings": {"interactivity": {
        "is_enabled": True}}})
    assert refused["errors"][0] == {"message": "Interactivity requires a Request URL",
                                    "pointer": "/settings/interactivity"}, refused
    assert mira.apps_manifest_export(app_id=app)["manifest"] == changed, "a refused update changed it"
    mira.apps_manifest_delete(app_id=app)
    assert refusal(mira.apps_manifest_delete, app_id=app)["error"] == "app_not_found"


def apps_belong_to_those_who_made_them(server):
    """Lena is a member: what she made is hers, and Mira's too, who owns the workspace; not the other way round."""
    mira, lena = client(server), client(server, LENA)
    of_lena = lena.apps_manifest_create(manifest=json.dumps(BASE))["app_id"]
    of_mira = mira.apps_manifest_create(manifest=json.dumps(BASE))["app_id"]
    assert lena.apps_manifest_export(app_id=of_lena)["manifest"] == BASE
    assert mira.apps_manifest_export(app_id=of_lena)["manifest"] == BASE
    for call in (lena.apps_manifest_export, lena.apps_manifest_delete):
        assert refusal(call, app_id=of_mira)["error"] == "no_permission"
    assert refusal(lena.apps_manifest_update, app_id=of_mira, manifest=json.dumps(BASE))["error"] == "no_permission"


def made_again_it_is_the_same(server):
    mira = client(server)
    for count in range(len(SECTIONS) + 1):
        for chosen in itertools.combinations(SECTIONS, count):
            manifest = dict(BASE)
            for section in chosen:
                manifest |= section
            app = mira.apps_manifest_create(manifest=json.dumps(manifest))["app_id"]
            exported = mira.apps_manifest_export(app_id=app)["manifest"]
            assert json.dumps(exported) == json.dumps(manifest), (exported, manifest)
            again = mira.apps_manifest_create(manifest=json.dumps(exported))["app_id"]
            apps = [mira.apps_manifest_export(app_id=one)["manifest"] for one in (app, again)]
            assert json.dumps(apps[0]) == json.dumps(apps[1]), apps
            assert mira.apps_manifest_update(app_id=again, manifest=exported)["permissions_updated"] is False


def main():
    logging.disable(logging.CRITICAL)
    sdk = f"slack_sdk {slack_sdk.version.__version__}"
    report = Report()
    with running([]) as (server, _):
        report.run(f"{sdk}: an app lives by its manifest", an_app_lives_by_its_manifest, server)
        report.run(f"{sdk}: apps belong to those who made them", apps_belong_to_those_who_made_them, server)
        report.run(f"{sdk}: made again from its export an app is the same", made_again_it_is_the_same, server)
    report.finish()


main()
