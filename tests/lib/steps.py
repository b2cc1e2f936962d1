# SPDX-License-Identifier: Apache-2.0
"""Carries out setup words against a running server (design: "The contract's vectors in these terms")."""

import json
from urllib.parse import urlencode, urlsplit

import fixture
from admin import Admin
from language import Names, query
from wire import Connection

PAGES = {  # via: (page, method that takes its code, scopes when none are named)
    "v2": ("/oauth/v2/authorize", "oauth.v2.access", "chat:write"),
    "v2_user": ("/oauth/v2_user/authorize", "oauth.v2.user.access", "search:read"),
    "openid": ("/openid/connect/authorize", "openid.connect.token", "openid,email"),
    "v1": ("/oauth/authorize", "oauth.access", "channels:read"),
}
WORKSPACE_FLAGS = {"migrating": "team_added_to_org", "preview_blocked": "preview_feature_not_available",
                   "ungranted": "ungranted"}


class SetupFailed(Exception):
    pass


def consent(person):
    """The consent header of who sits at the browser: user, team, org, deny, channel, untick."""
    parts = ["deny" if person.get("deny") else "approve"]
    parts.append("user=" + fixture.USERS[person.get("user", "U1")])
    if "org" in person:
        parts.append("enterprise=" + fixture.ENTERPRISES[person["org"]])
    else:
        parts.append("team=" + fixture.WORKSPACES[person.get("team", "T1")])
    if "channel" in person:
        parts.append("channel=" + fixture.CHANNELS[person["channel"]])
    parts += ["untick=" + scope for scope in person.get("untick", "").split(",") if scope]
    return ("X-Hallpass-Consent", "; ".join(parts))


class World:
    """One server, put back to the seed for each row."""

    def __init__(self, server, apps):
        self.server = server
        self.apps = apps
        self.admin = Admin(server.admin)
        self.api = Connection(server.listen)
        self.changed = {}
        self.fresh()

    def fresh(self):
        """Back to the seed, default settings, a clock that stands still, no limits during setup."""
        self.names = Names(self.apps)
        self.person = {}
        self.owner = {}   # variable: app it belongs to
        self.last = None  # the last code: (via, app, exchange arguments)
        self.admin.reset()
        self.admin.clear_faults()
        self.admin.maintenance(False)
        self.admin.settings(**{**{name: None for name in self.changed}, "explain": "off", "rate_limit": "off"})
        self.changed = {}
        self.admin.clock(reset=True)
        self.admin.clock(freeze=True)

    def limits(self, on):
        """Setup calls count against no limit; the row's own request does."""
        self.admin.settings(rate_limit=None if on else "off")

    def call(self, verb, target, headers=(), body=b""):
        """A call on the kept connection, which is opened again when the server had closed it."""
        response = self.api.call(verb, target, headers, body)
        if (response.header("Connection") or "").lower() == "close":
            self.reconnect()
        return response

    def reconnect(self):
        self.api.close()
        self.api = Connection(self.server.listen)

    def method(self, name, arguments=(), headers=()):
        """A Web API call of the setup that has to succeed; its answer."""
        body = urlencode(arguments).encode()
        kind = [("Content-Type", "application/x-www-form-urlencoded")] if body else []
        response = self.call("POST", f"/api/{name}", [*headers, *kind], body)
        answer = json.loads(response.body)
        if not answer.get("ok"):
            raise SetupFailed(f"{name}: {response.text()}")
        return answer

    def do(self, word, subject, options):
        """Carries out one setup word."""
        getattr(self, "word_" + word)(subject, options)

    def word_set(self, subject, _):
        name, value = subject.split("=", 1)
        self.changed[name] = True
        self.admin.settings(**{name: value.replace("+", " ") if name == "token_prefix" else value})

    def word_code(self, app, options):
        via = options.get("via", "v2")
        page, _, scope = PAGES[via]
        if "scope" not in options and "user_scope" not in options:
            options = {**options, "scope": scope}
        sent = self._authorize_arguments(via, app, options)
        person = {key: options[key] for key in ("user", "team", "org", "channel", "untick") if key in options}
        response = self.call("GET", f"{page}?{urlencode(sent)}", [consent(person)])
        code = query(response.header("Location") or "").get("code")
        if not code:
            raise SetupFailed(f"{page}: {response.status} {response.header('X-OAuth-Error')} "
                              f"{response.header('Location')}")
        self.names.bound[options.get("as", "code")] = code
        self.last = (via, app, self._exchange_arguments(app, code, sent, options))

    def _authorize_arguments(self, via, app, options):
        sent = {"client_id": self.apps[app]["client_id"]}
        sent |= {key: options[key] for key in ("scope", "user_scope", "nonce") if key in options}
        redirect = options.get("r")
        if via == "openid":
            sent["response_type"] = "code"
            redirect = redirect or self.apps[app]["manifest"]["oauth_config"]["redirect_urls"][0]
        if redirect:
            sent["redirect_uri"] = redirect
        if "verifier" in options:
            sent |= {"code_challenge": challenge(self.names.fill(options["verifier"])),
                     "code_challenge_method": "S256"}
        return sent

    def _exchange_arguments(self, app, code, sent, options):
        arguments = {"code": code, "client_id": self.apps[app]["client_id"]}
        if "redirect_uri" in sent:
            arguments["redirect_uri"] = sent["redirect_uri"]
        if "verifier" in options:
            arguments["code_verifier"] = self.names.fill(options["verifier"])
        else:
            arguments["client_secret"] = self.apps[app]["client_secret"]
        return arguments

    def word_spend(self, *_):
        via, _, arguments = self.last
        return self.method(PAGES[via][1], arguments)

    def word_install(self, app, options):
        self.word_code(app, {key: value for key, value in options.items() if key != "as"})
        self._bind(options.get("as"), app, self.word_spend())

    def _bind(self, name, app, answer):
        """Binds bot, user and their refresh tokens of an answer of any of the exchange methods."""
        prefix = name + "." if name else ""
        found = {}
        kind = "bot" if answer.get("token_type") == "bot" else "user"
        found[kind], found[kind + "_r"] = answer.get("access_token"), answer.get("refresh_token")
        person = answer.get("authed_user", {})
        if "access_token" in person:
            found["user"], found["user_r"] = person["access_token"], person.get("refresh_token")
        if "bot" in answer:
            found["bot"] = answer["bot"]["bot_access_token"]
        for key, value in found.items():
            if value:
                self.names.bound[prefix + key] = value
                self.owner[prefix + key] = app
        if "incoming_webhook" in answer:
            self.names.bound[prefix + "webhook"] = urlsplit(answer["incoming_webhook"]["url"]).path

    def _credentials(self, app):
        return {"client_id": self.apps[app]["client_id"], "client_secret": self.apps[app]["client_secret"]}

    def word_refresh(self, variable, options):
        app = self.owner[variable]
        self._bind(options.get("as"), app, self.method("oauth.v2.access", {
            "grant_type": "refresh_token", "refresh_token": self.names.need(variable), **self._credentials(app)}))

    def word_migrate(self, variable, options):
        app = self.owner[variable]
        self._bind(options.get("as"), app, self.method("oauth.v2.exchange", {
            "token": self.names.need(variable), **self._credentials(app)}))

    def word_revoke(self, variable, _):
        self.method("auth.revoke", headers=[("Authorization", "Bearer " + self.names.need(variable))])

    def word_uninstall(self, app, _):
        token = next(self.names.bound[name] for name, owner in self.owner.items()
                     if owner == app and not name.endswith("_r"))
        self.method("apps.uninstall", self._credentials(app), [("Authorization", "Bearer " + token)])

    def word_config(self, user, _):
        answer = self.admin.call("POST", "/admin/v1/config-tokens", {
            "user": fixture.USERS[user], "workspace": fixture.WORKSPACES["T1"]})
        self.names.bound["cfg"], self.names.bound["cfg_r"] = answer["token"], answer["refresh_token"]

    def word_clock(self, move, _):
        self.admin.clock(advance=move.lstrip("+") + "s")

    def word_fault(self, subject, _):
        method, error = subject.split("=", 1)
        self.admin.fault("error=" + error, method)

    def word_maintenance(self, *_):
        self.admin.maintenance(True)

    def word_urls(self, subject, _):
        app, urls = subject.split("=", 1)
        self._manifest(app, "oauth_config", "redirect_urls", urls.split(","))

    def _manifest(self, app, section, key, value):
        manifest = json.loads(json.dumps(self.apps[app]["manifest"]))
        manifest.setdefault(section, {})[key] = value
        self.admin.patch("apps", self.apps[app]["id"], {"manifest": manifest})

    def word_flag(self, subject, _):
        name, _, flag = subject.partition(".")
        flag, _, value = flag.partition("=")
        if name in fixture.WORKSPACES:
            self.admin.patch("workspaces", fixture.WORKSPACES[name], {"flags": [WORKSPACE_FLAGS[flag]]})
        elif name in fixture.USERS and flag == "email_unverified":
            self.admin.patch("users", fixture.USERS[name], {"email_verified": False})
        else:
            self._app_flag(name, flag, value)

    def _app_flag(self, app, flag, value):
        key = self.apps[app]["id"]
        if flag == "deleted":
            self.admin.delete("apps", key)
        elif flag == "rotation":
            self._manifest(app, "settings", "token_rotation_enabled", value != "off")
        else:
            change = {"preview_blocked": {"flags": ["preview_feature_not_available"]},
                      "published": {"published_scopes": value.split(",")},
                      "ip": {"allowed_ips": [value]}}[flag]
            self.admin.patch("apps", key, change)

    def _who(self, key, value):
        self.person[key] = value

    def word_user(self, subject, _):
        self._who("user", subject)

    def word_team(self, subject, _):
        self._who("team", subject)

    def word_org(self, subject, _):
        self._who("org", subject)

    def word_deny(self, *_):
        self._who("deny", True)


def challenge(verifier):
    """The S256 challenge of a verifier."""
    import base64
    import hashlib
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
