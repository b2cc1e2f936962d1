# SPDX-License-Identifier: Apache-2.0
"""The first step of an install by hand, for tests that need codes in number."""

from urllib.parse import parse_qs, urlencode, urlsplit

CONSENT = "approve; user=U04R7GH2S1M; team=T04QX81RB9C"


def authorize(connection, app, consent=CONSENT, **arguments):
    """A code of `app` from /oauth/v2/authorize, without redirect_uri."""
    sent = {"client_id": app["client_id"], "scope": "chat:write", **arguments}
    answer = connection.call("GET", "/oauth/v2/authorize?" + urlencode(sent), [("X-Hallpass-Consent", consent)])
    code = parse_qs(urlsplit(answer.header("Location") or "").query).get("code")
    if not code:
        raise AssertionError(f"no code: {answer.status} {answer.header('X-OAuth-Error')} {answer.text()[:300]}")
    return code[0]
