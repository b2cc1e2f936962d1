# SPDX-License-Identifier: Apache-2.0
"""The consent page, what comes back from it, and what must not (authorize.md 2.2, 6 and 7; security.md S18, S26 to S28)."""

import concurrent.futures

from pages import (LENA, MIRA, T1, TEO, V2, allowed, expect, expect_in, query_of, refused)

PAGES = {V2: {}, "/oauth/v2_user/authorize": {"scope": "users:read"},
         "/openid/connect/authorize": {"scope": "openid", "response_type": "code"}}
METHODS = {V2: "oauth.v2.access", "/oauth/v2_user/authorize": "oauth.v2.user.access",
           "/openid/connect/authorize": "openid.connect.token"}


def headers(desk):
    """every page is safe: not cached, not framed, no script, its forms lead here, but for those of consent"""
    surfer = desk.surfer(MIRA)
    for target, source in ((desk.link(), ""), ("/apps", "form-action 'self'; "),
                           (desk.link("APP", redirect_uri="https://evil.test/"), "form-action 'self'; ")):
        answer = surfer.get(target)
        expect(answer.header("Cache-Control"), "private, no-cache, no-store, must-revalidate")
        expect(answer.header("X-Frame-Options"), "DENY")
        expect(answer.header("Referrer-Policy"), "no-referrer")
        expect(answer.header("X-Content-Type-Options"), "nosniff")
        expect(answer.header("Cross-Origin-Opener-Policy"), "same-origin")
        expect(answer.header("Content-Security-Policy"),
               "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
               f"{source}frame-ancestors 'none'", target)
        expect("<script" in answer.text() or "style=" in answer.text(), False)
        expect(len(answer.body) < 30000, True)


def endpoints(desk):
    """allow on each of the pages; the code is for its own method; classic apps too"""
    surfer = desk.surfer(MIRA)
    for path, query in PAGES.items():
        form = desk.ask(surfer, path=path, **query)
        surfer.press(form, "decision", "allow")
        expect(desk.exchange("APP", allowed(surfer), METHODS[path])["ok"], True, path)
    form = desk.ask(surfer, "OLD", path="/oauth/authorize", scope="identify channels:read")
    surfer.press(form, "decision", "allow")
    expect(desk.exchange("OLD", allowed(surfer), "oauth.access")["ok"], True)


def cancel(desk):
    """cancel sends the denial as documented, and the form is used up"""
    surfer = desk.surfer(MIRA)
    form = desk.ask(surfer)
    surfer.press(form, "decision", "cancel")
    expect(surfer.seen.status, 302)
    expect(surfer.seen.header("Location"),
           "https://app.example.test/cb?error=access_denied&state=a+b%26c%3Dd&error_description="
           "The+user+has+denied+access+to+the+scope%28s%29+requested+by+the+client+application.")
    surfer.press(form, "decision", "allow")
    refused(surfer)


def empty_state(desk):
    """state comes back as &state= even when none was sent"""
    surfer = desk.surfer(MIRA)
    surfer.press(desk.ask(surfer, state=None), "decision", "allow")
    expect(allowed(surfer).endswith("&state="), True)


def state_bytes(desk):
    """state comes back byte for byte through the stored request, 4096 bytes of it"""
    surfer = desk.surfer(MIRA)
    state = bytes(range(1, 256)) * 16 + b"0123456789012345"
    surfer.press(desk.ask(surfer, state=state), "decision", "allow")
    sent = allowed(surfer).split("&state=")[1]
    from urllib.parse import unquote_to_bytes
    expect(unquote_to_bytes(sent.replace("+", " ")), state)


def untick(desk):
    """what was unticked is not granted; what is not optional cannot be unticked, nor anything be added"""
    surfer = desk.surfer(MIRA)
    form = desk.ask(surfer, "OPT", scope="chat:write,commands,users:read", user_scope="search:read")
    expect(set(form.choices["scope"]), {"chat:write", "commands", "search:read"})
    surfer.press(form, "decision", "allow", scope=["commands", "admin", "files:read"])
    answer = desk.exchange("OPT", allowed(surfer))
    expect(answer["scope"], "commands,users:read")
    expect(answer["authed_user"], {"id": MIRA})


def channel(desk):
    """a webhook posts where the person said; not elsewhere, and not to another workspace's channel"""
    surfer = desk.surfer(MIRA)
    desk.admin.patch("workspaces", T1, {"channels": [{"id": "C04S8D2FJ5T", "name": "deploys"},
                                                     {"id": "C0SECOND", "name": "alerts"}]})
    form = desk.ask(surfer, scope="incoming-webhook")
    expect(form.choices["channel"], ["C04S8D2FJ5T", "C0SECOND"])
    surfer.press(form, "decision", "allow", channel="C0SECOND")
    expect(desk.exchange("APP", allowed(surfer))["incoming_webhook"]["channel_id"], "C0SECOND")
    desk.admin.call("POST", "/admin/v1/workspaces", {"id": "T0OTHER", "name": "Other", "domain": "other",
                                                     "channels": [{"id": "C0OTHER", "name": "theirs"}]})
    surfer.press(desk.ask(surfer, scope="incoming-webhook"), "decision", "allow", channel="C0OTHER")
    expect((surfer.page.main(), surfer.seen.header("Location")), ("consent", None), "the page is shown again")
    expect_in("That channel is not one of this workspace", surfer.page.text())
    surfer.press(surfer.page.form(V2), "decision", "allow")
    expect(desk.exchange("APP", allowed(surfer))["incoming_webhook"]["channel_id"], "C04S8D2FJ5T")


def reinstall(desk):
    """a second install tells what was granted before and what is new"""
    surfer = desk.surfer(MIRA)
    surfer.press(desk.ask(surfer, scope="chat:write"), "decision", "allow")
    desk.exchange("APP", allowed(surfer))
    desk.ask(surfer, scope="chat:write,commands")
    expect_in("already granted", surfer.page.text())
    expect_in("new", surfer.page.text())


def changed(desk):
    """parameters that are changed on the way back change nothing: the stored request counts"""
    surfer = desk.surfer(MIRA)
    other = {"client_id": desk.apps["BETA"]["client_id"], "redirect_uri": "https://beta.example.test/cb",
             "state": "evil", "scope": "admin", "user_scope": "admin", "team": "T05A1B2C3D4", "user": TEO,
             "code_challenge": "b" * 43, "nonce": "evil", "response_type": "token", "place": "T05A1B2C3D4"}
    for name, value in other.items():
        form = desk.ask(surfer)
        surfer.press(form, "decision", "allow", **{name: value})
        location = allowed(surfer)
        expect(location.startswith("https://app.example.test/cb?code="), True, name)
        expect(query_of(location)["state"], "a b&c=d", name)
        answer = desk.exchange("APP", location)
        expect((answer["scope"], answer["team"]["id"], answer["authed_user"]["id"]), ("chat:write,commands", T1, MIRA),
               name)
    form = desk.ask(surfer)
    surfer.post(V2 + "?" + "client_id=" + other["client_id"] + "&state=evil", form.with_("decision", "allow"))
    expect(query_of(allowed(surfer))["state"], "a b&c=d")


def replay(desk):
    """a form counts once: sent again, or sixteen times at a time, it brings one code"""
    surfer = desk.surfer(MIRA)
    form = desk.ask(surfer)
    surfer.press(form, "decision", "allow")
    allowed(surfer)
    surfer.press(form, "decision", "allow")
    refused(surfer)
    surfer.press(form, "decision", "cancel")
    refused(surfer)
    form = desk.ask(surfer)

    def once(_):
        twin = desk.surfer()
        twin.cookies = dict(surfer.cookies)
        twin.press(form, "decision", "allow")
        return twin.seen.status
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        expect(sorted(pool.map(once, range(16))), [302] + 15 * [400])


def foreign(desk):
    """a form of another browser, another person, another page, or none at all counts for nothing"""
    mira, lena = desk.surfer(MIRA), desk.surfer(LENA)
    form = desk.ask(mira)
    lena.press(form, "decision", "allow")
    refused(lena)
    bare = desk.surfer()
    bare.press(form, "decision", "allow")
    refused(bare)
    token = dict(form.fields)["form"]
    for wrong in ("", "x", token[:-1], token + "0", token.upper(), "f" + "1000000000.1000000000." + "0" * 64):
        mira.press(form, "decision", "allow", form=wrong)
        refused(mira)
    mira.get("/apps")
    other = dict(mira.page.form("/signout").fields)["form"]
    mira.press(form, "decision", "allow", form=other)
    refused(mira)
    for path, query in PAGES.items():
        if path != V2:
            mira.post(path, form.with_("decision", "allow"))
            refused(mira)
    mira.press(form, "decision", "allow")
    allowed(mira)  # after all that it is still good


def cross_site(desk):
    """a form that is sent from a page of somebody else is refused, whatever it holds"""
    surfer = desk.surfer(MIRA)
    form = desk.ask(surfer)
    for said in ([("Origin", "https://evil.test")], [("Sec-Fetch-Site", "cross-site"), ("Origin", "null")],
                 [("Sec-Fetch-Site", "same-site")], [("Origin", "http://127.0.0.1:1")],
                 [("Origin", "http://" + surfer.host + ".evil.test"), ("Sec-Fetch-Site", "same-origin")]):
        surfer.post(V2, form.with_("decision", "allow"), said)
        refused(surfer)
    surfer.request("POST", V2, [("Content-Type", "text/plain")], b"form=x")
    refused(surfer)
    surfer.request("POST", V2, [("Content-Type", "application/json")], b"{}")
    refused(surfer)
    surfer.get(V2 + "?" + "&".join(f"{name}={value}" for name, value in form.with_("decision", "allow")))
    refused(surfer, "missing_client_id")
    surfer.post(V2, form.with_("decision", "allow"), [("Origin", "http://" + surfer.host)])
    allowed(surfer)
    surfer.post(V2, desk.ask(surfer).with_("decision", "allow"), [])  # a browser that says nothing
    allowed(surfer)


def expired(desk):
    """after ten minutes the page says so, and starts over with the whole request"""
    surfer = desk.surfer(MIRA)
    query = {"redirect_uri": "https://app.example.test/alt", "user_scope": "search:read", "team": T1}
    form = desk.ask(surfer, **query)
    desk.admin.clock(advance="599s")
    surfer.press(form, "decision", "allow")
    allowed(surfer)
    form = desk.ask(surfer, **query)
    desk.admin.clock(advance="600s")
    surfer.press(form, "decision", "allow")
    refused(surfer)
    link = next(link for link in surfer.page.links if "authorize" in link)
    surfer.get(link)
    surfer.press(surfer.page.form(V2), "decision", "allow")
    location = allowed(surfer)
    expect(location.startswith("https://app.example.test/alt?code="), True)
    expect(query_of(location)["state"], "a b&c=d")
    answer = desk.exchange("APP", location, redirect_uri="https://app.example.test/alt")
    expect(answer["scope"], "chat:write,commands")


def overtaken(desk):
    """what changes between page and press is seen: a new sign-in, a closed account, a URL that was removed"""
    surfer = desk.surfer(MIRA)
    form = desk.ask(surfer)
    twin = desk.surfer()
    twin.cookies = dict(surfer.cookies)
    twin.get("/apps")
    twin.press(twin.page.form("/switch"), account=MIRA)
    surfer.press(form, "decision", "allow")
    refused(surfer)
    surfer.cookies = twin.cookies
    form = desk.ask(surfer, redirect_uri="https://app.example.test/alt")
    desk.admin.patch("apps", desk.apps["APP"]["id"],
                     {"manifest": {"oauth_config": {"redirect_urls": ["https://app.example.test/cb"]}}})
    surfer.press(form, "decision", "allow")
    refused(surfer, "bad_redirect_uri")
    lena = desk.surfer(LENA)
    form = desk.ask(lena)
    desk.admin.patch("users", LENA, {"role": "deactivated"})
    lena.press(form, "decision", "allow")
    expect(lena.seen.header("X-OAuth-Error") in ("consent_expired", "user_is_restricted") or
           lena.seen.status == 303, True)
    expect("code=" in (lena.seen.header("Location") or ""), False)


def nothing_said(desk):
    """a form without a decision asks again and uses nothing up"""
    surfer = desk.surfer(MIRA)
    form = desk.ask(surfer)
    for decision in ("", "maybe", "ALLOW", "request"):
        surfer.press(form, "decision", decision)
        expect((surfer.page.main(), surfer.seen.header("Location")), ("consent", None), decision)
    surfer.press(form, "decision", "allow")
    allowed(surfer)


def maintenance(desk):
    """while the server is being looked after, pages and forms say so"""
    surfer = desk.surfer(MIRA)
    form = desk.ask(surfer)
    desk.admin.maintenance(True)
    for target in (desk.link(), "/apps", "/approvals"):
        surfer.get(target)
        refused(surfer, "service_unavailable", 503)
    surfer.press(form, "decision", "allow")
    refused(surfer, "service_unavailable", 503)
    desk.admin.maintenance(False)
    surfer.press(form, "decision", "allow")
    allowed(surfer)


def verbs(desk):
    """other verbs are refused by name"""
    surfer = desk.surfer(MIRA)
    for path, allow in ((V2, "GET, HEAD, POST"), ("/apps", "GET, HEAD, POST"), ("/approvals", "GET, HEAD, POST")):
        for verb in ("PUT", "DELETE", "PATCH", "OPTIONS"):
            surfer.request(verb, path)
            expect((surfer.seen.status, surfer.seen.header("Allow")), (405, allow), verb + path)
    for path in ("/switch", "/signout", "/redirects"):
        surfer.get(path)
        expect((surfer.seen.status, surfer.seen.header("Allow")), (405, "POST"), path)
    expect(surfer.request("HEAD", desk.link()).body, b"")


def enter(desk):
    """Enter in a field decides nothing: it is no button's, and what was ticked and picked stays so"""
    surfer = desk.surfer(MIRA)
    desk.admin.patch("workspaces", T1, {"channels": [{"id": "C04S8D2FJ5T", "name": "deploys"},
                                                     {"id": "C0SECOND", "name": "alerts"}]})
    form = desk.ask(surfer, "OPT", scope="chat:write,commands,incoming-webhook")
    expect(form.buttons[0][:2], ("decision", ""), "the first button is what Enter presses")
    surfer.press(form, *form.buttons[0][:2], scope=["commands"], channel="C0SECOND")
    expect((surfer.page.main(), surfer.seen.header("Location")), ("consent", None))
    form = surfer.page.form(V2)
    expect([value for name, value in form.fields if name in ("scope", "channel")], ["commands", "C0SECOND"])
    surfer.press(form, "decision", "allow")
    answer = desk.exchange("OPT", allowed(surfer))
    expect((answer["scope"], answer["incoming_webhook"]["channel_id"]), ("commands,incoming-webhook", "C0SECOND"))


CASES = [enter, headers, endpoints, cancel, empty_state, state_bytes, untick, channel, reinstall, changed, replay, foreign,
         cross_site, expired, overtaken, nothing_said, maintenance, verbs]
