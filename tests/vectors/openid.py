# SPDX-License-Identifier: Apache-2.0
"""What the contract wants tested apart from its vectors of Sign in with Slack (openid.md 3, 6, 9): tokens are verified
against the published keys, before and after those change, and every address that is told answers."""

import hashlib
import json
import os
import sys
from urllib.parse import parse_qs, urlencode, urlsplit

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))

import jwt
from admin import Refused
from play import running_world
from steps import consent
from tap import Report

FORM = [("Content-Type", "application/x-www-form-urlencoded")]
CLAIM = "https://slack.com/"
HOUR, TOKEN_LIFE = 3600, 300


def sign_in(world, app="APP", scope="openid email profile", **more):
    """The answer of openid.connect.token to a person who signed in."""
    app = world.apps[app]
    redirect = app["manifest"]["oauth_config"]["redirect_urls"][0]
    sent = {"client_id": app["client_id"], "response_type": "code", "scope": scope, "redirect_uri": redirect, **more}
    page = world.call("GET", "/openid/connect/authorize?" + urlencode(sent), [consent({})])
    code = parse_qs(urlsplit(page.header("Location")).query)["code"][0]
    return world.method("openid.connect.token", {
        "code": code, "redirect_uri": redirect, "client_id": app["client_id"], "client_secret": app["client_secret"]})


def published(world):
    return json.loads(world.call("GET", "/openid/connect/keys").body)["keys"]


def at_hash(token):
    return jwt.encode(hashlib.sha256(token.encode()).digest()[:16])


def verified(world):
    """openid.md 9: nonce, aud, at_hash, exp - iat = 300, and the header."""
    world.admin.clock(set="2026-11-23T12:00:00Z")
    answer = sign_in(world, nonce="a/b+c é")
    header, payload = jwt.verify(answer["id_token"], published(world))
    assert list(header) == ["alg", "typ", "kid"] and header["alg"] == "RS256" and header["typ"] == "JWT", header
    wanted = {"iss": world.server.url, "sub": "U04R7GH2S1M", "aud": world.apps["APP"]["client_id"],
              "iat": 1795435200, "exp": 1795435200 + TOKEN_LIFE, "auth_time": 1795435200, "nonce": "a/b+c é",
              "at_hash": at_hash(answer["access_token"]), CLAIM + "team_id": "T04QX81RB9C",
              "email": "mira@harbor.example.test"}
    assert {name: payload.get(name) for name in wanted} == wanted, payload


def escaped(world):
    """openid.md 3: the JSON inside the token has / as \\/."""
    text = jwt.decode(sign_in(world)["id_token"].split(".")[1]).decode()
    assert '"https:\\/\\/slack.com\\/team_id"' in text and "http://" not in text and "https://" not in text, text


def tampered(world):
    """A token that was changed anywhere does not verify: the check can fail."""
    token, keys = sign_in(world)["id_token"], published(world)
    header, payload, signature = token.split(".")
    for changed in (f"{header}.{jwt.encode(jwt.decode(payload) + b' ')}.{signature}",
                    f"{header}.{payload}.{jwt.encode(bytes(256))}"):
        try:
            jwt.verify(changed, keys)
        except AssertionError:
            continue
        raise AssertionError(f"verifies: {changed}")


def key_shape(world):
    """openid.md 6: one RSA key of 2048 bits, members in order, named by its thumbprint."""
    keys = published(world)
    assert len(keys) == 1, keys
    assert list(keys[0]) == ["e", "n", "kty", "kid", "alg", "use"], keys
    assert int.from_bytes(jwt.decode(keys[0]["n"]), "big").bit_length() == 2048, keys
    assert keys[0]["kid"] == jwt.thumbprint(keys[0]), keys


def rotation(world):
    """openid.md 6: the old key stays published for an hour of the admin clock, the new one signs at once."""
    old = sign_in(world)["id_token"]
    before = published(world)
    rotated = world.admin.call("POST", "/admin/v1/keys/rotate")["keys"]
    assert [key["signs"] for key in rotated] == [True, False], rotated
    keys = published(world)
    assert [key["kid"] for key in keys] == [key["kid"] for key in rotated], (keys, rotated)
    assert keys[1] == before[0], (keys, before)
    new = sign_in(world)["id_token"]
    assert jwt.verify(new, keys)[0]["kid"] == keys[0]["kid"]
    jwt.verify(old, keys)
    world.admin.clock(advance=f"{HOUR - 1}s")
    jwt.verify(old, published(world))
    world.admin.clock(advance="1s")
    after = published(world)
    assert after == keys[:1], after
    jwt.verify(new, after)


def never_private(world):
    """The admin API and the published set tell nothing of a private key."""
    sign_in(world)
    shown = json.dumps(world.admin.get("keys")) + json.dumps(published(world))
    for word in ("PRIVATE", '"d"', '"p"', '"q"', "pem"):
        assert word not in shown, (word, shown)


def rotation_bound(world):
    """Only so many keys are published at one time; an hour later there is room again."""
    published(world)
    try:
        for _ in range(20):
            world.admin.call("POST", "/admin/v1/keys/rotate")
        raise AssertionError("twenty keys are published")
    except Refused as refused:
        assert refused.response.status == 409, refused
    assert len(published(world)) == 10, published(world)
    world.admin.clock(advance=f"{HOUR}s")
    world.admin.call("POST", "/admin/v1/keys/rotate")
    assert len(published(world)) == 2, published(world)


def reset_keeps_the_key(world):
    """A reset goes back to one key, the one that signed, so that caches of the key set stay right."""
    published(world)
    world.admin.call("POST", "/admin/v1/keys/rotate")
    signer = published(world)[0]
    world.admin.reset()
    assert published(world) == [signer], published(world)


def refreshed(world):
    """openid.md 2: a refresh brings an id token without nonce, for the same person, with the time of the sign-in."""
    first = sign_in(world, "ROT", nonce="n")
    app = world.apps["ROT"]
    world.admin.clock(advance="1000s")
    second = world.method("openid.connect.token", {
        "grant_type": "refresh_token", "refresh_token": first["refresh_token"], "client_id": app["client_id"],
        "client_secret": app["client_secret"]})
    keys = published(world)
    was, now = jwt.verify(first["id_token"], keys)[1], jwt.verify(second["id_token"], keys)[1]
    assert was["nonce"] == "n" and "nonce" not in now, now
    assert now["iat"] == was["iat"] + 1000 and now["exp"] == now["iat"] + TOKEN_LIFE, now
    assert now["auth_time"] == was["auth_time"], now
    assert now["at_hash"] == at_hash(second["access_token"]), now
    same = [name for name in was if name not in ("nonce", "iat", "exp", "at_hash")]
    assert {name: now[name] for name in same} == {name: was[name] for name in same}, now


def same_facts(world):
    """What userInfo tells is what the id token told."""
    answer = sign_in(world)
    payload = jwt.verify(answer["id_token"], published(world))[1]
    info = world.method("openid.connect.userInfo", headers=[("Authorization", "Bearer " + answer["access_token"])])
    info.pop("ok")
    technical = ("iss", "aud", "exp", "iat", "auth_time", "at_hash")
    assert info == {name: value for name, value in payload.items() if name not in technical}, info


def addresses_answer(world):
    """Every address in the discovery documents and every image of a person answers."""
    payload = jwt.verify(sign_in(world)["id_token"], published(world))[1]
    told = [value for value in payload.values() if str(value).startswith("http") and value != payload["iss"]]
    assert len(told) == 1 + 6 + 7, told
    for url in told:
        assert url.startswith(world.server.url + "/"), url
        answer = world.call("GET", url.removeprefix(world.server.url))
        assert (answer.status, answer.header("Content-Type")) == (200, "image/svg+xml"), url
    for name in ("openid-configuration", "oauth-authorization-server"):
        document = json.loads(world.call("GET", "/.well-known/" + name).body)
        assert document["issuer"] == world.server.url, document
        for member in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
            path = document.get(member, document["issuer"] + "/openid/connect/keys").removeprefix(world.server.url)
            answer = world.call("GET", path)
            assert answer.status in (200, 400) and "unknown_method" not in answer.text(), (path, answer.text())


def again(world):
    """Who signs in again is the same person, with a token of their own."""
    first, second = sign_in(world), sign_in(world, team="T04QX81RB9C")
    assert first["access_token"] != second["access_token"]
    keys = published(world)
    assert jwt.verify(first["id_token"], keys)[1]["sub"] == jwt.verify(second["id_token"], keys)[1]["sub"]


def main():
    report = Report()
    with running_world() as world:
        for test in (key_shape, verified, escaped, tampered, rotation, never_private, rotation_bound,
                     reset_keeps_the_key, refreshed, same_facts, addresses_answer, again):
            world.fresh()
            report.run("openid: " + test.__name__.replace("_", " "), test, world)
    report.finish()


main()
