# SPDX-License-Identifier: Apache-2.0
"""authlib and requests-oauthlib, unmodified, install through the server under test: link, consent, exchange and a call
with the token, all by the client's own session."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)), "e2e"))

# Documented switches of the two: http on loopback, and scopes that the answer separates by commas.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
os.environ["OAUTHLIB_RELAX_TOKEN_SCOPE"] = "1"

from interop import CALLBACK, Report, running
from browser import DENY, MIRA, Browser, parameter

import authlib
import requests_oauthlib
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from oauthlib.oauth2.rfc6749.errors import OAuth2Error
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session as RequestsSession


class Site:
    """Where the server under test is."""

    def __init__(self, url):
        self.authorize = url + "/oauth/v2/authorize"
        self.access = url + "/api/oauth.v2.access"
        self.test = url + "/api/auth.test"

    def consent(self, link, button):
        """Presses the button on an authorize link; the callback's URL."""
        pressed = Browser().get(link, [("X-Hallpass-Consent", button)])
        assert pressed.status == 302, f"authorize: {pressed.status} {pressed.text()}"
        return pressed.header("Location")


def expect(value, wanted):
    assert value == wanted, f"{value!r}, not {wanted!r}"


def check_install(site, session, token):
    """What each install ends with: the contract's answer, and a token that works. Neither client knows what to do with
    a token_type "bot", so the token goes into the header by hand."""
    expect(token["ok"], True)
    expect(token["token_type"], "bot")
    expect(token["team"], {"id": "T04QX81RB9C", "name": "Harbor Lights"})
    bearer = {"Authorization": "Bearer " + token["access_token"]}
    who = session.post(site.test, withhold_token=True, headers=bearer).json()
    expect((who["ok"], who["team_id"], who["user_id"]), (True, "T04QX81RB9C", token["bot_user_id"]))


def refusal(kind, function, *args, **more):
    """What a call raises, which must be of that kind."""
    try:
        answer = function(*args, **more)
    except kind as problem:
        return problem
    raise AssertionError(f"no {kind.__name__}: {answer}")


# authlib

def authlib_session(app, **more):
    return AuthlibSession(app["client_id"], app["client_secret"], scope="chat:write commands", redirect_uri=CALLBACK,
                          **more)


def authlib_install(site, app, method):
    with authlib_session(app, token_endpoint_auth_method=method) as session:
        link, state = session.create_authorization_url(site.authorize)
        callback = site.consent(link, MIRA)
        token = session.fetch_token(site.access, authorization_response=callback, state=state)
        expect(token["scope"], "chat:write,commands")
        check_install(site, session, token)


def authlib_refresh(site, app):
    with authlib_session(app) as session:
        link, _ = session.create_authorization_url(site.authorize)
        first = session.fetch_token(site.access, authorization_response=site.consent(link, MIRA))
        second = session.refresh_token(site.access, refresh_token=first["refresh_token"])
        assert second["refresh_token"] != first["refresh_token"], second
        check_install(site, session, second)


def authlib_wrong_secret(site, app):
    with authlib_session({**app, "client_secret": "0" * 32}) as session:
        link, _ = session.create_authorization_url(site.authorize)
        callback = site.consent(link, MIRA)
        problem = refusal(OAuthError, session.fetch_token, site.access, authorization_response=callback)
        expect(problem.error, "bad_client_secret")


def authlib_twice(site, app):
    with authlib_session(app) as session:
        link, _ = session.create_authorization_url(site.authorize)
        callback = site.consent(link, MIRA)
        session.fetch_token(site.access, authorization_response=callback)
        problem = refusal(OAuthError, session.fetch_token, site.access, authorization_response=callback)
        expect(problem.error, "invalid_code")


# requests-oauthlib

def requests_session(app):
    return RequestsSession(app["client_id"], scope=["chat:write", "commands"], redirect_uri=CALLBACK)


def requests_install(site, app, basic):
    with requests_session(app) as session:
        link, _ = session.authorization_url(site.authorize)
        callback = site.consent(link, MIRA)
        credentials = ({"auth": HTTPBasicAuth(app["client_id"], app["client_secret"])} if basic else
                       {"client_secret": app["client_secret"], "include_client_id": True})
        token = session.fetch_token(site.access, authorization_response=callback, **credentials)
        check_install(site, session, token)


def requests_refresh(site, app):
    credentials = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    with requests_session(app) as session:
        link, _ = session.authorization_url(site.authorize)
        first = session.fetch_token(site.access, authorization_response=site.consent(link, MIRA),
                                    client_secret=app["client_secret"], include_client_id=True)
        before = first["refresh_token"]
        second = session.refresh_token(site.access, refresh_token=before, **credentials)
        assert second["refresh_token"] != before, second
        check_install(site, session, second)


def requests_denied(site, app):
    with requests_session(app) as session:
        link, _ = session.authorization_url(site.authorize)
        callback = site.consent(link, DENY)
        problem = refusal(OAuth2Error, session.fetch_token, site.access, authorization_response=callback)
        expect(problem.error, "access_denied")


def requests_wrong_secret(site, app):
    with requests_session(app) as session:
        link, _ = session.authorization_url(site.authorize)
        callback = site.consent(link, MIRA)
        expect(parameter(callback, "state"), parameter(link, "state"))
        problem = refusal(OAuth2Error, session.fetch_token, site.access, authorization_response=callback,
                          auth=HTTPBasicAuth(app["client_id"], "0" * 32))
        expect(problem.error, "bad_client_secret")


def main():
    report = Report()
    names = [f"authlib {authlib.__version__}", f"requests-oauthlib {requests_oauthlib.__version__}"]
    with running(["authlib", "requests"]) as (server, apps):
        site = Site(server.url)
        app, rotating = apps["authlib-granular"], apps["authlib-rotating"]
        report.run(f"{names[0]}: install, Basic", authlib_install, site, app, "client_secret_basic")
        report.run(f"{names[0]}: install, credentials in the body", authlib_install, site, app, "client_secret_post")
        report.run(f"{names[0]}: refresh", authlib_refresh, site, rotating)
        report.run(f"{names[0]}: a wrong secret", authlib_wrong_secret, site, app)
        report.run(f"{names[0]}: a code for the second time", authlib_twice, site, app)
        app, rotating = apps["requests-granular"], apps["requests-rotating"]
        report.run(f"{names[1]}: install, Basic", requests_install, site, app, True)
        report.run(f"{names[1]}: install, credentials in the body", requests_install, site, app, False)
        report.run(f"{names[1]}: refresh", requests_refresh, site, rotating)
        report.run(f"{names[1]}: denied", requests_denied, site, app)
        report.run(f"{names[1]}: a wrong secret", requests_wrong_secret, site, app)
        if report.failed:
            print("\n".join("# server: " + line for line in server.log().splitlines()[-40:]))
    report.finish()


main()
